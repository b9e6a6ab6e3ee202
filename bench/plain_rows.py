"""The rows of a page as they are, past the wall: what both the floor and the unwalled service read."""

PLAIN_ROWS = """(
    SELECT a.*, t.code AS task_code, t.title AS task_title, t.required_output, t.deadline_text, p.number AS plan_number
    FROM assignments a
    JOIN tasks t ON t.id = a.task_id
    JOIN plans p ON p.id = a.plan_id
)"""
