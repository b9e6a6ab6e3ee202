"""How the database keeps whose verdict is awaited: the view that says it, the functions that write it down, and when.

Used by a step that is already taken: change this and history changes with it.
"""

from migrations.walls import ORGANIZATION

AWAITED = """
    CREATE VIEW awaited_verdicts AS
    SELECT e.id AS evidence_id, v.number AS evidence_version, given.passed + 1 AS level,
           p.reviewing_organization_ids[given.passed + 1] AS organization_id,
           a.id AS assignment_id, a.plan_id, a.organization_id AS lead_id, v.risk,
           coalesce(greatest(v.released_at, given.moved_at, asked.expired_at), now()) AS since,
           asked.supplement
    FROM evidence e
    JOIN evidence_versions v ON v.evidence_id = e.id AND v.number = e.current_version AND v.state = 'released'
    CROSS JOIN LATERAL (
        SELECT proved.* FROM evidence_assignments l JOIN assignments proved ON proved.id = l.assignment_id
        WHERE l.evidence_id = e.id AND proved.status NOT IN ('completed', 'suspended', 'cancelled')
        ORDER BY l.linked_at NULLS FIRST, proved.id LIMIT 1
    ) AS a
    JOIN plans p ON p.id = a.plan_id
    CROSS JOIN LATERAL (
        SELECT (count(*) FILTER (WHERE j.withdrawn_at IS NULL))::int AS passed,
               coalesce(bool_or(j.verdict = 'invalid' AND j.withdrawn_at IS NULL), false) AS refused,
               max(coalesce(j.withdrawn_at, j.decided_at)) AS moved_at
        FROM appraisals j WHERE j.evidence_id = e.id AND j.evidence_version = v.number
    ) AS given
    LEFT JOIN LATERAL (
        SELECT r.expired_at, CASE WHEN r.evidence_version < v.number THEN 'answered'
                                  WHEN r.expired_at IS NULL THEN 'open' ELSE 'expired' END AS supplement
        FROM supplement_requests r
        WHERE r.evidence_id = e.id AND r.level = given.passed + 1
          AND r.evidence_version BETWEEN v.number - 1 AND v.number
        ORDER BY r.evidence_version DESC, r.id DESC LIMIT 1
    ) AS asked ON true
    WHERE e.withdrawn_at IS NULL AND NOT given.refused AND given.passed < cardinality(p.reviewing_organization_ids)
"""

# The lock orders transactions that change facts about the same evidence: each statement after it sees what the one
# before committed. A wait that goes on keeps its beginning, and its holder while the body is the same.
PLACE = """
    CREATE FUNCTION place_pending_appraisals(concerned uuid[], not_before timestamptz) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$
    BEGIN
        PERFORM 1 FROM evidence e WHERE e.id = ANY (concerned) ORDER BY e.id FOR NO KEY UPDATE;
        DELETE FROM pending_appraisals p WHERE p.evidence_id = ANY (concerned)
            AND NOT EXISTS (SELECT 1 FROM awaited_verdicts w WHERE w.evidence_id = p.evidence_id);
        INSERT INTO pending_appraisals AS p (evidence_id, evidence_version, level, organization_id, assignment_id,
                                             plan_id, lead_id, risk, since, supplement)
        SELECT w.evidence_id, w.evidence_version, w.level, w.organization_id, w.assignment_id, w.plan_id, w.lead_id,
               w.risk, greatest(w.since, not_before), w.supplement
        FROM awaited_verdicts w WHERE w.evidence_id = ANY (concerned) ORDER BY w.evidence_id
        ON CONFLICT (evidence_id) DO UPDATE SET
            (evidence_version, level, organization_id, assignment_id, lead_id, risk, supplement, since) =
                (excluded.evidence_version, excluded.level, excluded.organization_id, excluded.assignment_id,
                 excluded.lead_id, excluded.risk, excluded.supplement,
                 CASE WHEN (p.evidence_version, p.level) = (excluded.evidence_version, excluded.level)
                      THEN greatest(p.since, excluded.since) ELSE excluded.since END),
            (claimed_by, claimed_by_issuer, claimed_until) =
                (SELECT p.claimed_by, p.claimed_by_issuer, p.claimed_until
                 WHERE (p.evidence_version, p.level, p.organization_id)
                     = (excluded.evidence_version, excluded.level, excluded.organization_id)),
            (escalated_at, escalated_to) =
                (SELECT p.escalated_at, p.escalated_to
                 WHERE (p.evidence_version, p.level) = (excluded.evidence_version, excluded.level)
                   AND p.since >= excluded.since);
    END $$
"""

FOLLOW = """
    CREATE FUNCTION follow_awaited_verdicts() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    AS $$
    DECLARE concerned uuid[]; not_before timestamptz;
    BEGIN
        IF TG_TABLE_NAME = 'evidence' THEN
            concerned := ARRAY[NEW.id];
        ELSIF TG_TABLE_NAME = 'assignments' THEN
            concerned := ARRAY(SELECT l.evidence_id FROM evidence_assignments l WHERE l.assignment_id = NEW.id);
            IF OLD.status IN ('completed', 'suspended', 'cancelled') THEN
                not_before := now();
            END IF;
        ELSIF TG_TABLE_NAME = 'plans' THEN
            concerned := ARRAY(SELECT l.evidence_id FROM evidence_assignments l
                               JOIN assignments a ON a.id = l.assignment_id WHERE a.plan_id = NEW.id);
        ELSE
            concerned := ARRAY[NEW.evidence_id];
        END IF;
        IF concerned <> '{}' THEN
            PERFORM place_pending_appraisals(concerned, not_before);
        END IF;
        RETURN NULL;
    END $$
"""

_CLOSED = "({}.status IN ('completed', 'suspended', 'cancelled'))"
TRIGGERS = {
    "evidence": "UPDATE OF current_version, withdrawn_at ON evidence FOR EACH ROW"
    " WHEN (OLD.current_version <> NEW.current_version OR OLD.withdrawn_at IS DISTINCT FROM NEW.withdrawn_at)",
    "evidence_assignments": "INSERT ON evidence_assignments FOR EACH ROW WHEN (NEW.linked_at IS NOT NULL)",
    "evidence_versions": "INSERT OR UPDATE OF state, risk ON evidence_versions FOR EACH ROW"
    " WHEN (NEW.state = 'released')",
    "unreleased_versions": "UPDATE OF state ON evidence_versions FOR EACH ROW"
    " WHEN (OLD.state = 'released' AND NEW.state <> 'released')",
    "appraisals": "INSERT OR UPDATE OF withdrawn_at ON appraisals FOR EACH ROW",
    "supplement_requests": "INSERT OR UPDATE OF expired_at ON supplement_requests FOR EACH ROW",
    "assignments": "UPDATE OF status, organization_id ON assignments FOR EACH ROW"
    f" WHEN ({_CLOSED.format('OLD')} <> {_CLOSED.format('NEW')} OR OLD.organization_id <> NEW.organization_id)",
    "plans": "UPDATE OF reviewing_organization_ids ON plans FOR EACH ROW"
    " WHEN (OLD.reviewing_organization_ids <> NEW.reviewing_organization_ids)",
}
"""What makes or ends a wait, by the name after `follow_`. Statements that change nothing of it cost a comparison."""

# As the queue is read: whoever has a verdict to give, or is told of a body's silence, sees what it is about.
SHOWN = f"""
    CREATE VIEW shown_pending_appraisals WITH (security_barrier = true) AS
    SELECT q.evidence_id, q.evidence_version, q.level, q.organization_id AS reviewer_id, q.risk, q.since, q.supplement,
           q.claimed_by, q.claimed_by_issuer, q.claimed_until, q.escalated_at, q.assignment_id, q.lead_id,
           e.kind, v.released_at, a.due_on, p.number AS plan_number, p.title AS plan_title,
           t.code AS task_code, t.title AS task_title, t.required_output
    FROM pending_appraisals q
    JOIN evidence e ON e.id = q.evidence_id
    JOIN evidence_versions v ON v.evidence_id = q.evidence_id AND v.number = q.evidence_version
    JOIN assignments a ON a.id = q.assignment_id
    JOIN plans p ON p.id = q.plan_id
    JOIN tasks t ON t.id = a.task_id
    WHERE q.organization_id = (SELECT {ORGANIZATION}) OR q.escalated_to = (SELECT {ORGANIZATION})
"""
