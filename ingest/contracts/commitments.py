"""Commitments of the talent domain: leadership contracts and all that hangs on them, targets, and typed-in measures.

Here: their canonical tables. Not here: what people do and plan to grow (talent).
"""

import dataframely as dy

from ingest.contracts.columns import amount, date, flag, moment, number, person, text, whole
from ingest.contracts.registry import canonical
from ingest.contracts.talent import ACTIVITY_TYPES


@canonical("talent.contracts")
class Contracts(dy.Schema):
    """One version of one leadership performance contract."""

    contract_id = text("The contract.", key=True)
    version = whole("Version; an amendment makes the next.", key=True, low=1)
    leader_id = person("Whose contract.")
    owner_id = person("Who answers for it.", nullable=True)
    approver_id = person("Who approved this version.", nullable=True)
    approved_at = moment("When approved.", nullable=True)
    valid_from = date("First day of this version.")
    valid_to = date("First day after it.", nullable=True)
    checkin_cadence_days = whole("Days between check-ins.", nullable=True, low=1)


@canonical("talent.contract_expectations")
class ContractExpectations(dy.Schema):
    """One behaviour expected under one contract."""

    contract_id = text("The contract.", key=True)
    expectation_id = text("The expectation.", key=True)
    competency_id = text("The competency.", nullable=True)
    behaviour_id = text("The behaviour of the framework.", nullable=True)
    since_version = whole("First version that holds it.", nullable=True, low=1)


@canonical("talent.contract_activities")
class ContractActivities(dy.Schema):
    """One development activity agreed in one contract, with deadline, resource and owner."""

    contract_id = text("The contract.", key=True)
    activity_id = text("The activity.", key=True)
    activity_type = text("What kind.", nullable=True, is_in=ACTIVITY_TYPES)
    owner_id = person("Who does it.", nullable=True)
    deadline_date = date("Deadline.", nullable=True)
    completed_at = moment("When done.", nullable=True)
    budget = amount("Money set aside in `currency`.", nullable=True, low=0)
    currency = text("ISO 4217 code.", nullable=True)
    hours = number("Hours set aside.", nullable=True, sensitivity="personal", low=0)
    support_id = person("Person set aside to help.", nullable=True)


@canonical("talent.contract_indicators")
class ContractIndicators(dy.Schema):
    """One success indicator of one contract."""

    contract_id = text("The contract.", key=True)
    indicator_id = text("The indicator.", key=True)
    metric = text("The warehouse's metric, or the external measure.")
    scope_kind = text("Whose value: team, organisation, unit or company; team where empty.", nullable=True)
    scope_id = text("Which unit; the leader's own people need none.", nullable=True)
    baseline_value = amount("Value at the start; empty where the warehouse measures it.", nullable=True)
    baseline_date = date("Day of the baseline.", nullable=True)
    target_value = amount("Value to be reached.", nullable=True)
    target_change = number("Relative change to be reached, where no value is given.", nullable=True, sensitivity="personal")
    due_date = date("By when.", nullable=True)
    data_source = text("Where the value comes from.", is_in=("warehouse", "external"))
    owner_id = person("Who answers for it.", nullable=True)


@canonical("talent.contract_milestones")
class ContractMilestones(dy.Schema):
    """One milestone of one contract."""

    contract_id = text("The contract.", key=True)
    milestone_id = text("The milestone.", key=True)
    due_date = date("When due.")
    met_at = moment("When met; empty where not.", nullable=True)
    is_blocked = flag("Whether it waits for somebody else.", nullable=True)
    cause = text("Coded cause of a miss.", nullable=True)
    remedy = text("Coded remedy agreed.", nullable=True)


@canonical("talent.contract_amendments")
class ContractAmendments(dy.Schema):
    """One amendment of one contract: who approved what, when."""

    contract_id = text("The contract.", key=True)
    amendment_id = text("The amendment.", key=True)
    to_version = whole("The version that it made.", nullable=True, low=1)
    approved_by_id = person("Who approved.", nullable=True)
    approved_at = moment("When.")
    changed = text("What changed, coded: deadline, target, activity, indicator, owner.", nullable=True)
    reason = text("Coded reason.", nullable=True)


@canonical("talent.contract_escalations")
class ContractEscalations(dy.Schema):
    """One escalation under one contract."""

    contract_id = text("The contract.", key=True)
    escalation_id = text("The escalation.", key=True)
    milestone_id = text("The milestone concerned.", nullable=True)
    raised_by_id = person("Who raised it.", nullable=True)
    raised_at = moment("When.")
    resolved_at = moment("When resolved.", nullable=True)
    reason = text("Coded reason.", nullable=True)


@canonical("talent.targets")
class Targets(dy.Schema):
    """One goal for one metric in one scope, with a baseline, a target and a date."""

    target_id = text("The goal.", key=True)
    metric = text("The metric.")
    scope_kind = text("Company, org_unit (or department, division), level, leader (their team), organisation (all below).")
    scope_id = text("Which unit or level; a leader is the owner, for ids of people stand nowhere else.", nullable=True)
    baseline_value = amount("Value at the start; empty where the warehouse measures it.", nullable=True, sensitivity="none")
    baseline_date = date("Day of the baseline.", nullable=True, sensitivity="none")
    target_value = amount("Value to be reached.", nullable=True, sensitivity="none")
    target_change = number("Relative change to be reached, where no value is given.", nullable=True)
    due_date = date("By when.", sensitivity="none")
    owner_id = person("Who answers for it.", nullable=True)


@canonical("talent.external_measures")
class ExternalMeasures(dy.Schema):
    """One value of one measure that HR systems do not hold, asserted by its owner."""

    measure = text("The measure.", key=True)
    scope_kind = text("Company, org_unit, leader, ...", key=True)
    scope_id = text("Which one; - for the company.", key=True)
    period_start = date("First day of the period.", key=True, sensitivity="none")
    period_end = date("First day after it.", nullable=True, sensitivity="none")
    value = amount("The value.", sensitivity="none")
    direction = whole("1 where more is better, -1 where less is.", nullable=True, low=-1, high=1)
    data_source = text("Where the owner has it from.", nullable=True)
    owner_id = person("Who asserts it.", nullable=True)
