"""Official files as DfE lays them out, with invented figures: the columns that Matlas reads and a few that it does not.

Here: headers (see known_files.yml for where they are known from) and rows. Not here: expected figures.
"""

from pathlib import Path

from pipelines.benchmarks import FigureFile, RegisterFile, known_files

ENGLAND = {"geographic_level": "National", "country_code": "E92000001", "country_name": "England"}
NORTH_EAST = ENGLAND | {"geographic_level": "Regional", "region_code": "E12000001", "region_name": "North East"}
HARTLEPOOL = NORTH_EAST | {"geographic_level": "Local authority", "new_la_code": "E06000001", "la_name": "Hartlepool"}
A_SCHOOL = HARTLEPOOL | {"geographic_level": "School", "school_urn": "130002", "school_name": "Ashby School"}
A_YEAR = {"time_period": "202425", "time_identifier": "Academic year"}

PLACES = (
    "geographic_level", "country_code", "country_name", "region_code", "region_name", "new_la_code", "la_name", "school_urn", "school_name",
)  # fmt: skip
ATTENDANCE = (
    "time_period", "time_identifier", *PLACES, "education_phase", "num_schools", "attendance_perc", "overall_absence_perc",
    "authorised_absence_perc", "unauthorised_absence_perc", "illness_perc", "appointments_perc", "unauth_hol_perc", "unauth_oth_perc",
    "unauth_late_registers_closed_perc", "unauth_not_yet_perc", "auth_religious_perc", "auth_study_perc", "auth_mob_perc",
    "auth_excluded_perc", "auth_performance_perc", "auth_interview_perc", "auth_part_time_perc", "auth_other_perc", "pa_perc",
)  # fmt: skip
ABSENCE = (
    "time_period", "time_identifier", *PLACES, "education_phase", "breakdown_topic", "breakdown", "enrolments", "sess_overall_percent",
    "sess_authorised_percent", "sess_unauthorised_percent", "enrolments_PA_10_exact_percent", "enrolments_pa_50_exact_percent",
    "sess_auth_illness_rate",
)  # fmt: skip
SUSPENSIONS = (
    "time_identifier", "time_period", *PLACES, "school_type", "headcount", "perm_excl", "perm_excl_rate", "suspension", "susp_rate",
    "one_plus_susp", "one_plus_susp_rate",
)  # fmt: skip
KEY_STAGE_2 = (
    "time_period", "time_identifier", *PLACES, "version", "establishment_type_group", "breakdown_topic", "breakdown", "subject",
    "expected_standard_pupil_percent", "higher_standard_pupil_percent", "average_scaled_score", "progress_measure_score",
)  # fmt: skip
KEY_STAGE_4 = (
    "time_period", "time_identifier", *PLACES, "version", "establishment_type_group", "breakdown_topic", "breakdown", "sex",
    "disadvantage_status", "prior_attainment", "pupil_count", "attainment8_average", "engmath_95_percent", "engmath_94_percent",
    "ebacc_aps_average", "progress8_average",
)  # fmt: skip
KEY_STAGE_4_BEFORE = (
    "time_period", "time_identifier", *PLACES, "version", "establishment_type_group", "breakdown", "sex", "disadvantage", "t_pupils",
    "avg_att8", "pt_l2basics_95", "pt_l2basics_94", "avg_ebaccaps", "avg_p8score",
)  # fmt: skip
LINKS = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")


def written(path: Path, header: tuple[str, ...], *rows: dict[str, str], encoding: str = "utf-8-sig", otherwise: str = "1.5") -> Path:
    """Write a CSV as downloaded; a figure that a row does not give is `otherwise`, any other cell is blank."""
    figures = _figures()
    lines = [_line(header)]
    lines += [_line([row.get(name, otherwise if name.lower() in figures else "") for name in header]) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def register_header(name: str) -> tuple[str, ...]:
    """The columns that Matlas reads of a register, and a head's name, which it does not."""
    (known,) = [known for known in known_files() if isinstance(known, RegisterFile) and known.name == name]
    return (*(column.column for column in known.columns.values()), "HeadLastName")


def _figures() -> set[str]:
    return {
        spelling
        for known in known_files()
        if isinstance(known, FigureFile)
        for figure in known.figures
        for spelling in figure.column.split("|")
    }


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return ",".join(f'"{cell}"' if "," in cell else cell for cell in cells)
