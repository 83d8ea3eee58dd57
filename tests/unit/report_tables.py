"""The tables of a release that a report reads, with the columns that it reads: what the report's tests write.

Not here: rows (`report_rows`, `report_commitments`, `report_equity`, `report_promotion`).
"""

from dataclasses import fields

from orchestration.report.contracts_records import Progress
from orchestration.report.promotion_records import Outcome

PROGRESS_COUNTS = [field.name for field in fields(Progress) if field.name.startswith("n_")]

# every number of an outcome may be empty; counts are read as whole numbers
OUTCOME_NUMBERS = [
    f"{field.name} {'bigint' if field.name.startswith('n_') or field.name in ('n', 'reference_n') else 'double'}"
    for field in fields(Outcome)
    if field.default is None and field.name not in ("reference_group", "verdict")
]

TABLES = {
    "metric_conventions": """
        metric varchar, convention_id varchar, is_default boolean, title varchar, family varchar, grain varchar,
        window_months integer, unit varchar, interval_method varchar, sensitivity_class varchar, fixed_by varchar,
        population_definition varchar, numerator_definition varchar, denominator_definition varchar, tie_rule varchar,
        says varchar, input_columns varchar, source varchar
    """,
    "metric_values": """
        metric varchar, convention_id varchar, is_default boolean, period_end date, segment_kind varchar, segment_id varchar,
        attribute varchar, group_value varchar, n bigint, numerator double, value double, ci_low double, ci_high double,
        status varchar
    """,
    "equity_selection": """
        selection varchar, selection_window varchar, period_end date, segment_kind varchar, segment_id varchar,
        attribute varchar, group_value varchar, n bigint, selected bigint, rate double, reference_group varchar,
        reference_n bigint, reference_selected bigint, reference_rate double, impact_ratio double, ratio_low double,
        ratio_high double, q_value double, n_tests bigint, is_below_four_fifths boolean, shortfall bigint,
        smallest_detectable_ratio double, verdict varchar, is_material boolean, flips_with_one_decision boolean,
        stratified_ratio double, stratified_low double, stratified_high double, stratified_verdict varchar,
        reverses boolean, is_default boolean, status varchar
    """,
    "equity_opportunity": """
        opportunity varchar, measure varchar, opportunity_window varchar, period_end date, segment_kind varchar,
        segment_id varchar, attribute varchar, group_value varchar, n bigint, total double, value double,
        reference_group varchar, reference_n bigint, reference_value double, impact_ratio double, difference double,
        ci_low double, ci_high double, q_value double, n_tests bigint, shortfall bigint, smallest_detectable_ratio double,
        smallest_detectable_difference double, stratified_difference double, stratified_low double, stratified_high double,
        is_reversed boolean, verdict varchar, is_material boolean, flips_with_one_decision boolean, status varchar
    """,
    "equity_progression": """
        period_end date, segment_kind varchar, segment_id varchar, attribute varchar, group_value varchar, n bigint,
        n_promoted bigint, n_exited bigint, median_months double, incidence_12 double, incidence_12_low double,
        incidence_12_high double, incidence_24 double, incidence_24_low double, incidence_24_high double,
        incidence_36 double, incidence_36_low double, incidence_36_high double, reference_group varchar,
        reference_n bigint, reference_median_months double, hazard_ratio double, ci_low double, ci_high double,
        q_value double, n_tests bigint, smallest_detectable_ratio double, verdict varchar, is_material boolean,
        flips_with_one_decision boolean, status varchar
    """,
    "equity_perception": """
        measure varchar, rater_group_value varchar, period_end date, segment_kind varchar, segment_id varchar,
        attribute varchar, group_value varchar, n bigint, mean double, reference_group varchar, reference_n bigint,
        reference_mean double, difference double, ci_low double, ci_high double, q_value double, n_tests bigint,
        smallest_detectable_difference double, stratified_difference double, stratified_low double,
        stratified_high double, is_reversed boolean, verdict varchar, is_material boolean, status varchar
    """,
    "equity_pay_gap": """
        law varchar, snapshot_date date, segment_kind varchar, legal_entity varchar, country varchar,
        worker_category varchar, currency varchar, pay_element varchar, statistic varchar, attribute varchar,
        group_value varchar, convention_id varchar, n bigint, value double, reference_group varchar, reference_n bigint,
        reference_value double, gap_percent double, ci_low double, ci_high double, q_value double, n_tests bigint,
        smallest_detectable_gap double, verdict varchar, is_material boolean, status varchar
    """,
    "equity_pay_gap_adjusted": """
        snapshot_date date, segment_kind varchar, attribute varchar, group_value varchar, controls varchar,
        biased_controls varchar, method varchar, is_default boolean, n bigint, reference_group varchar, reference_n bigint,
        raw_gap_percent double, gap_percent double, ci_low double, ci_high double, verdict varchar, is_material boolean,
        status varchar
    """,
    "equity_representation": """
        period_end date, segment_kind varchar, segment_id varchar, attribute varchar, group_value varchar,
        convention_id varchar, n bigint, n_members bigint, share double, ci_low double, ci_high double, status varchar
    """,
    "equity_representation_walk": """
        period_kind varchar, period_start date, period_end date, segment_kind varchar, segment_id varchar,
        attribute varchar, group_value varchar, flow varchar, n_opening bigint, opening_members bigint,
        opening_share double, n_closing bigint, closing_members bigint, closing_share double, n bigint,
        n_members bigint, share_effect double, status varchar
    """,
    "leader_indicators": """
        leader_key varchar, scope varchar, metric varchar, convention_id varchar, is_default boolean, period_end date,
        n bigint, numerator double, value double, ci_low double, ci_high double, n_peers bigint,
        difference_from_peers double, difference_low double, difference_high double, verdict varchar,
        baseline_period_end date,
        change_from_baseline double, status varchar
    """,
    "dim_leader": "leader_key varchar, as_of date, org_unit_id varchar, layer integer",
    "metric_comparability": "metric varchar, period_end date, comparable_since date",
    "minimums": "sensitivity_class varchar, minimum integer, leader_minimum integer, reason varchar",
    "competency_framework": """
        competency_id varchar, competency varchar, competency_means varchar, is_leadership boolean, level integer,
        track varchar, behaviour_id varchar, behaviour varchar, valid_from date
    """,
    "competency_activities": "activity_type varchar, competency_id varchar, competency varchar",
    "competency_items": """
        instrument varchar, item_id varchar, competency_id varchar, competency varchar, comparable_since date,
        last_asked_on date
    """,
    "ladder_criteria": """
        level integer, track varchar, criterion_id varchar, valid_from date, valid_to date, rule varchar,
        competency varchar, threshold double, window_months integer, lead_months integer, k integer, m integer,
        requirement varchar, one_of_group varchar, attester varchar
    """,
    "dim_org_unit": "org_unit_id varchar, name varchar, parent_id varchar, valid_from date, valid_to date",
    "data_quality": """
        source varchar, feed varchar, owner varchar, table_name varchar, column_name varchar, measure varchar,
        reason varchar, status varchar, n_rows bigint, n_bad bigint, first_on date, last_on date,
        is_few boolean default false
    """,
    "data_quality_trend": """
        source varchar, feed varchar, table_name varchar, column_name varchar, measure varchar, reason varchar,
        load_seq integer, exported_on date, is_last_load boolean, n_rows bigint, amount double, usual double,
        has_moved boolean, is_few boolean default false
    """,
    "data_quality_findings": """
        source varchar, feed varchar, owner varchar, table_name varchar, column_name varchar, check_id varchar,
        severity varchar, n_rows bigint, n_of bigint, sentence varchar, next_step varchar, last_load_seq integer,
        last_exported_on date
    """,
    "identity_match": """
        source varchar, feed varchar, owner varchar, table_name varchar, column_name varchar, kind varchar, n_rows bigint,
        n_rows_matched bigint, n_rows_ambiguous bigint, n_rows_outside_validity bigint, n_rows_unknown bigint,
        n_identifiers_ambiguous bigint, n_identifiers_outside_validity bigint, n_identifiers_unknown bigint,
        is_few boolean default false
    """,
    "contract_progress": f"""
        segment_kind varchar, segment_id varchar, period_end date, status varchar,
        {", ".join(f"{name} double" for name in PROGRESS_COUNTS)}
    """,
    "target_progress": """
        goal_id varchar, metric varchar, convention_id varchar, segment_kind varchar, segment_id varchar,
        baseline_date date, due_date date, target_change double, is_asserted boolean default false, period_end date,
        measured_on date, is_last boolean default true, status varchar, baseline_value double, target_value double,
        path_value double, n bigint, value double, ci_low double, ci_high double, share_of_change double,
        progress varchar, is_clear boolean
    """,
    "promotion_calibration": """
        told_of varchar, segment_kind varchar, segment_id varchar, item varchar, result varchar, n bigint, total bigint,
        share double, ci_low double, ci_high double, status varchar
    """,
    "promotion_opportunity": """
        opportunity varchar, segment_kind varchar, segment_id varchar, attribute varchar, group_value varchar, n bigint,
        n_never_offered bigint, share double, ci_low double, ci_high double, status varchar
    """,
    "promotion_audit": """
        audit_of varchar, item varchar, segment_kind varchar, segment_id varchar, attribute varchar, group_value varchar,
        n bigint, selected bigint, rate double, reference_group varchar, reference_n bigint, reference_selected bigint,
        reference_rate double, impact_ratio double, ratio_low double, ratio_high double, q_value double, n_tests bigint,
        is_below_four_fifths boolean, shortfall bigint, smallest_detectable_ratio double, verdict varchar,
        is_material boolean, screens_out boolean, flips_with_one_decision boolean, stratified_ratio double,
        stratified_low double, stratified_high double, stratified_verdict varchar, reverses boolean, status varchar
    """,
    "promotion_backtest": f"""
        as_of date, knowledge varchar, segment_kind varchar, segment_id varchar, attribute varchar, group_value varchar,
        band varchar, status varchar, {", ".join(OUTCOME_NUMBERS)}, reference_group varchar, verdict varchar
    """,
    "succession_bench": """
        segment_kind varchar, position_kind varchar, counted varchar, bench_depth varchar, attribute varchar,
        group_value varchar, period_end date, status varchar, n bigint, total bigint, share double, ci_low double,
        ci_high double
    """,
    "nine_box": """
        segment_kind varchar, cycle_id varchar, period_end date, view_of varchar, from_cycle_id varchar,
        from_performance varchar, from_potential varchar, became varchar, performance varchar, potential varchar,
        status varchar, n bigint, total bigint, share double, ci_low double, ci_high double
    """,
    "development_review": """
        period_end date, segment_kind varchar, segment_id varchar, track varchar, status varchar, n_people bigint,
        n_with_plan bigint, plan_age_months double, n_due bigint, n_met_on_time bigint, n_met_late bigint,
        n_overdue bigint, n_milestones_due bigint, n_milestones_on_time bigint, n_began_programme bigint,
        n_began_mentoring bigint, plan_coverage_change double, on_time_rate_change double, n_began_programme_change bigint
    """,
    "learning_effect": """
        programme varchar, programme_kind varchar, outcome varchar, unit varchar, period_kind varchar, period_start date,
        period_end date, status varchar, n_participants bigint, n_comparison bigint, effect double, ci_low double,
        ci_high double, q_value double, n_tests bigint, smallest_detectable_effect double, verdict varchar
    """,
    "reward_linkage": """
        reward varchar, sign_of_growth varchar, attribute varchar, group_value varchar, period_end date, model varchar,
        status varchar, n bigint, n_rewarded bigint, coefficient double, ci_low double, ci_high double, q_value double,
        n_tests bigint, verdict varchar
    """,
    "career_paths": """
        kind varchar, from_level integer, from_track varchar, from_family varchar, to_level integer, to_track varchar,
        to_family varchar, status varchar, n_moves bigint, n_people bigint, median_months bigint
    """,
}
