"""The kinds of defect that `matlas synth --defects` plants: one line each. A new kind is one function and one line here.

Not here: what they do (plant_people.py, plant_work.py, plant_results.py, plant_files.py).
"""

from pipelines.synthetic import plant_files as files
from pipelines.synthetic import plant_people as people
from pipelines.synthetic import plant_results as results
from pipelines.synthetic import plant_work as work
from pipelines.synthetic.planting import Defect

DEFECTS = (
    Defect("all_present", ("sims",), year=people.all_present),
    Defect("attendance_jump", ("matlas",), year=work.attendance_jump),
    Defect("bad_date", ("arbor",), files=files.bad_date),
    Defect("bad_number", ("matlas",), files=files.bad_number),
    Defect("characteristics_backfilled", ("matlas",), files=work.characteristics_backfilled),
    Defect("code_out_of_date", ("bromcom",), year=people.code_out_of_date),
    Defect("collected_for_report", ("arbor",), files=work.collected_for_report),
    Defect("comma_in_dfe_file", ("sims",), files=results.comma_in_dfe_file),
    Defect("doctype", ("matlas",), files=files.doctype),
    Defect("doctype_in_ctf", ("wonde",), files=results.doctype_in_ctf),
    Defect("duplicate_column", ("matlas",), files=results.duplicate_column),
    Defect("duplicate_key", ("arbor",), files=files.duplicate_key),
    Defect("empty_file", ("matlas",), files=files.empty_file),
    Defect("ends_before_it_starts", ("sims",), year=work.ends_before_it_starts),
    Defect("field_count", ("arbor",), files=files.field_count),
    Defect("group_hidden", ("matlas",), year=work.group_hidden),
    Defect("leavers_not_delivered", ("wonde",), files=work.leavers_not_delivered),
    Defect("missing_column", ("matlas",), files=files.missing_column),
    Defect("missing_marks", ("sims",), year=people.missing_marks),
    Defect("missing_required", ("arbor",), files=files.missing_required),
    Defect("no_such_code_table", ("wonde",), files=files.no_such_code_table, needs_two=True),
    Defect("nul_byte", ("arbor",), files=files.nul_byte),
    Defect("official_mismatch", ("bromcom",), files=results.official_mismatch),
    Defect("orphan_fact", ("arbor",), year=people.orphan_fact),
    Defect("orphan_result", ("wonde",), year=results.orphan_result),
    Defect("orphan_staff_fact", ("matlas",), year=results.orphan_staff_fact),
    Defect("recorded_late", ("sims",), year=work.recorded_late),
    Defect("redundant_mark", ("matlas",), year=people.redundant_mark),
    Defect("result_not_understood", ("sims",), year=results.result_not_understood),
    Defect("roll_jump", ("arbor",), people=work.roll_jump),
    Defect("shrunk", ("matlas",), files=files.shrunk),
    Defect("stage_missing", ("sims",), year=results.forget_gcses, files=results.stage_missing),
    Defect("stale_academy", ("bromcom",), plan=people.stale_academy),
    Defect("suspension_register_mismatch", ("bromcom",), year=work.suspension_register_mismatch),
    Defect("too_compressed", ("wonde",), files=files.too_compressed),
    Defect("too_deep", ("wonde",), files=files.too_deep),
    Defect("too_large", ("bromcom",), files=files.too_large),
    Defect("too_many_rejected", ("matlas",), files=files.too_many_rejected),
    Defect("unknown_file", ("matlas",), files=files.unknown_file),
    Defect("unknown_role", ("sims",), year=results.unknown_role),
    Defect("unknown_upn", ("arbor",), files=results.unknown_upn),
    Defect("unmapped_code", ("arbor",), files=files.unmapped_code),
    Defect("unmapped_mark", ("arbor",), files=files.unmapped_mark),
    Defect("unmapped_scale", ("bromcom",), year=results.unmapped_scale),
    Defect("unreadable_file", ("bromcom",), files=files.unreadable_file),
    Defect("unsafe_path", ("matlas",), files=files.unsafe_path),
    Defect("upn_duplicate", ("bromcom",), people=people.upn_duplicate),
    Defect("upn_invalid", ("wonde",), people=people.upn_invalid),
    Defect("upn_temporary_old", ("arbor",), people=people.upn_temporary_old),
    Defect("valued_not_only_easy", ("arbor",), year=work.valued_not_only_easy),
    Defect("vanished", ("sims",), files=files.vanished),
)
