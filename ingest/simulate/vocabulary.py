"""The company's words: levels, families, places, attributes and events, as codes and as the vendors write them.

Here: closed lists that several exports share; a code is a position in its list. Not here: the competency framework
(`framework`) and the invented names of people (`names`).
"""

from typing import NamedTuple

import numpy as np

LEVELS = ("Junior", "Associate", "Senior", "Lead", "Principal", "Director", "Vice President", "Chief Executive")
HIGHEST = len(LEVELS)
TRACKS = ("people_lead", "technical", "strategy")
PEOPLE_LEAD, TECHNICAL, STRATEGY = range(3)

FAMILIES = ("Engineering", "Operations", "Product", "Sales", "Finance", "People")
FAMILY_TRACK = (TECHNICAL, TECHNICAL, TECHNICAL, STRATEGY, STRATEGY, STRATEGY)
FAMILY_SHARE_OF_WOMEN = (0.36, 0.46, 0.47, 0.47, 0.50, 0.60)
# EEO-1 job categories of everybody below the managers, by family.
FAMILY_EEO = ("2 Professionals", "3 Technicians", "2 Professionals", "4 Sales Workers", "5 Administrative Support",
              "5 Administrative Support")  # fmt: skip
# What people do within their family; a lateral move is into another one.
SPECIALISMS = ("Delivery", "Planning", "Quality", "Support")
PRODUCT = FAMILIES.index("Product")


class Site(NamedTuple):
    """One site: weekly hours of full time, share of the people, pay level in local money."""

    name: str
    country: str
    entity: str
    currency: str
    hours: float
    share: float
    pay_level: float


SITES = (
    Site("Northport", "GB", "Kestrelway Ltd", "GBP", 37.5, 0.34, 0.86),
    Site("Millbridge", "GB", "Kestrelway Ltd", "GBP", 37.5, 0.08, 0.86),
    Site("Lakeport", "US", "Kestrelway Inc", "USD", 40.0, 0.10, 1.32),
    Site("Ostertal", "DE", "Kestrelway GmbH", "EUR", 40.0, 0.20, 1.08),
    Site("Lindenhafen", "DE", "Kestrelway GmbH", "EUR", 40.0, 0.12, 1.08),
    Site("Carrigmore", "IE", "Kestrelway DAC", "EUR", 39.0, 0.16, 1.00),
)
CURRENCIES = tuple(site.currency for site in SITES)
SITE_SHARES = tuple(site.share for site in SITES)
FULL_TIME_HOURS = np.array([site.hours for site in SITES])
PAY_LEVELS = np.array([site.pay_level for site in SITES])

COMPANY = "Kestrelway"
DIVISIONS = ("Operations", "Markets", "Technology", "Services", "Corporate", "Logistics", "Research", "Platforms")

# As the HRIS writes them; the last of each is what stands where somebody has not declared.
GENDERS = ("F", "M", "X", "Not Declared")
WOMAN = 0
ETHNICITIES = ("White", "Asian", "Black", "Mixed or Other", "Prefer Not to Say")
ETHNICITY_SHARES = (0.56, 0.19, 0.15, 0.10)
BLACK = 2
DISABILITIES = ("No", "Yes", "Prefer Not to Say (D)")
AGE_BANDS = ("Under 30", "30-39", "40-49", "50-59", "60 and Over")

EVENTS = (
    "New Hire", "Rehire", "Promote Employee", "Lateral Move", "Demote Employee", "Transfer Employee", "Manager Change",
    "Change Working Time", "Appoint to Lead", "Reorganisation",
)  # fmt: skip
(NEW_HIRE, REHIRE, PROMOTION, LATERAL, DEMOTION, TRANSFER, MANAGER_CHANGE, HOURS_CHANGE, APPOINTMENT,
 REORGANISATION) = range(len(EVENTS))  # fmt: skip

VOLUNTARY_REASONS = ("Better Offer", "Career Growth", "Relocation", "Family", "Retirement")
INVOLUNTARY_REASONS = ("Performance", "Redundancy", "Conduct")
EXIT_REASONS = (*VOLUNTARY_REASONS, *INVOLUNTARY_REASONS)
LEAVE_KINDS = ("Parental", "Medical", "Sabbatical")
