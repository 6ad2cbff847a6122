with {{ standing_days('attendance_mark', 'session_date') }}

select * from standing_days
