const field = document.querySelector("#find"), told = document.querySelector("#found");
const entries = [...document.querySelectorAll(".entry")].map(entry => [entry, entry.textContent.toLowerCase()]);
function find() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let n = 0;
  for (const [entry, text] of entries) {
    entry.hidden = !words.every(word => text.includes(word));
    n += !entry.hidden;
  }
  for (const family of document.querySelectorAll(".family")) family.hidden = !family.querySelector(".entry:not([hidden])");
  told.textContent = words.length ? `${n} of ${entries.length} metrics` : "";
}
field.addEventListener("input", find);
document.querySelector(".find").hidden = false;
find();
