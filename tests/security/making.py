"""A province whose every tenant table holds something that only those concerned may ever read."""

from datetime import UTC, date, datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.models import (
    Alert,
    AlertAcknowledgement,
    Amendment,
    AmendmentChange,
    Appraisal,
    Assignment,
    AssignmentDeadline,
    AssignmentTransition,
    Evidence,
    EvidenceFile,
    EvidenceFinding,
    EvidenceVersion,
    NameCorrection,
    Notice,
    Organization,
    Plan,
    PlanImport,
    ProgressUpdate,
    SupplementRequest,
    Task,
    TaskGroup,
    Upload,
)
from shared.domain.alert_rules import AlertRule
from tests.factories.storing import store_file
from tests.factories.tracking import make_assignment, make_organization, make_plan, make_task
from tests.security.canaries import Canaries, numbers
from tests.security.measuring import make_measured
from tests.security.proposals import proposal_of
from tests.security.staffing import make_staff, make_succession
from tests.security.uploading import unfinished_upload, waiting_upload
from tests.security.worlds import Relation, Target, Thing, World

AT = datetime(2026, 3, 2, 3, tzinfo=UTC)


async def make_world(session: AsyncSession, name: str, *, targets: int) -> World:
    """A province with everybody in it who can have to do with a piece of work, and `targets` such pieces."""
    canaries = Canaries(session, name)
    maker = _Maker(canaries)
    province = await make_organization(session, kind="province", name=f"canary{name}province")
    ward, other = [await make_organization(session, parent=province, kind="ward") for _ in range(2)]
    lead = await make_organization(session, parent=ward, name=f"canary{name}lead")
    organizations = {
        Relation.OWN: lead,
        Relation.ABOVE: province,
        Relation.ISSUER: ward,
        Relation.BELOW: await make_organization(session, parent=lead),
        Relation.SIBLING: await make_organization(session, parent=ward),
        Relation.COORDINATING: await make_organization(session, parent=other),
        Relation.REVIEWING: await make_organization(session, parent=province, kind="reviewing_body"),
    }
    made = [await maker.make_target(organizations) for _ in range(targets)]
    uploads = {relation: await waiting_upload(session, each) for relation, each in organizations.items()}
    unfinished = {relation: await unfinished_upload(session, each) for relation, each in organizations.items()}
    await maker.upload(lead, Thing.FILE)
    names = {str(each.id) for each in organizations.values()} | {f"canary{name}province", f"canary{name}lead"}
    return World(organizations, made, uploads, unfinished, canaries.secrets, names)


class _Maker:
    def __init__(self, canaries: Canaries) -> None:
        self._session = canaries.session
        self._canaries = canaries
        self.word, self.add = canaries.word, canaries.add

    async def make_target(self, organizations: dict[Relation, Organization]) -> Target:
        lead, issuer = organizations[Relation.OWN], organizations[Relation.ISSUER]
        assignment = await make_assignment(
            self._session,
            issuer=issuer,
            lead=lead,
            due=date(2026, 2, 27),
            coordinating=[organizations[Relation.COORDINATING]],
            reviewers=[organizations[Relation.REVIEWING]],
        )
        plan, task, group = await self._fill_plan(assignment)
        amendment = await self._amend(plan, task, assignment)
        alert = await self._fill_work(assignment, lead)
        evidence = await self._make_evidence(assignment, lead)
        judged = await self._make_evidence(assignment, lead)
        appraisal = await self._judge(judged, organizations[Relation.REVIEWING])
        notice = await self._tell(judged, lead)
        draft, plan_import, named = await self._make_drafts(issuer, lead)
        indicator, measurement = await make_measured(self._canaries, plan, lead)
        receiver = organizations[Relation.BELOW]
        office, succession = await make_succession(self._canaries, lead, receiver)
        return Target(
            plan=str(plan.id),
            task=str(task.id),
            group=str(group.id),
            indicator=str(indicator.id),
            measurement=str(measurement.id),
            amendment=str(amendment.id),
            assignment=str(assignment.id),
            alert=str(alert.id),
            evidence=str(evidence.id),
            judged=str(judged.id),
            appraisal=str(appraisal.id),
            notice=str(notice.id),
            draft=str(draft.id),
            plan_import=str(plan_import.id),
            name_correction=str(named.id),
            lead=str(lead.id),
            lead_code=lead.code,
            coordinating_code=organizations[Relation.COORDINATING].code,
            issuer_code=issuer.code,
            staff=await make_staff(self._canaries, lead),
            office=str(office.id),
            receiver=str(receiver.id),
            succession=str(succession.id),
        )

    async def _fill_plan(self, assignment: Assignment) -> tuple[Plan, Task, TaskGroup]:
        plan = await self._session.get_one(Plan, assignment.plan_id)
        task = await self._session.get_one(Task, assignment.task_id)
        group = TaskGroup(plan_id=plan.id, no="I", title=self.word(Thing.PLAN, "group"), position=1)
        await self.add(Thing.PLAN, group, plan, task)
        plan.title, plan.issuer_text = self.word(Thing.PLAN, "title"), self.word(Thing.PLAN, "issuer")
        plan.reporting_rules = [{"text": self.word(Thing.PLAN, "rules")}]
        task.group_id, task.title = group.id, self.word(Thing.PLAN, "task")
        task.required_output, task.kpi = self.word(Thing.PLAN, "output"), self.word(Thing.PLAN, "kpi")
        task.search_text = task.title
        return plan, task, group

    async def _amend(self, plan: Plan, task: Task, assignment: Assignment) -> Amendment:
        """One in force, which also moved the deadline, and will add a task in another: that is the issuer's affair."""
        amendments = [
            Amendment(
                plan_id=plan.id,
                number=self.word(Thing.PLAN, f"{state}number"),
                issued_on=AT.date(),
                reason=self.word(Thing.PLAN, f"{state}reason"),
                effective_on=day,
                state=state,
                recorded_by=self.word(Thing.DRAFT, f"{state}recorder"),
            )
            for state, day in (("in_force", AT.date()), ("draft", date(2099, 1, 1)))
        ]
        await self.add(Thing.PLAN, *amendments)
        done, coming = amendments
        changed = AmendmentChange(
            amendment_id=done.id,
            position=1,
            task_id=task.id,
            field="title",
            before=self.word(Thing.PLAN, "before"),
            after=task.title,
        )
        to_come = AmendmentChange(
            amendment_id=coming.id,
            position=1,
            field="task",
            after={"code": self.word(Thing.DRAFT, "codetocome"), "title": self.word(Thing.DRAFT, "tocome")},
        )
        term = AssignmentDeadline(
            assignment_id=assignment.id, number=0, from_on=date.min, starts_on=assignment.starts_on, roadmap=[]
        )
        await self.add(Thing.PLAN, changed)
        await self.add(Thing.DRAFT, to_come)
        await self.add(Thing.WORK, term)
        return done

    async def _fill_work(self, assignment: Assignment, lead: Organization) -> Alert:
        await self._session.execute(
            update(AssignmentTransition)
            .where(AssignmentTransition.assignment_id == assignment.id)
            .values(reason=self.word(Thing.WORK, "reason"), actor=self.word(Thing.WORK, "actor"))
        )
        said = {"assignment_id": assignment.id, "organization_id": lead.id}
        narrative, reporter = self.word(Thing.WORK, "narrative"), self.word(Thing.WORK, "reporter")
        update_ = ProgressUpdate(**said, percent=10, narrative=narrative, as_of=AT.date(), actor=reporter)
        alert = Alert(
            assignment_id=assignment.id, rule=AlertRule.OVERDUE, since=date(2026, 2, 28), opened_on=date(2026, 2, 28)
        )
        await self.add(Thing.WORK, assignment, update_, alert)
        note, acknowledger = self.word(Thing.WORK, "note"), self.word(Thing.WORK, "acknowledger")
        answer = AlertAcknowledgement(
            alert_id=alert.id, acknowledged_by=acknowledger, organization_id=lead.id, note=note
        )
        await self.add(Thing.WORK, answer)
        return alert

    async def _make_evidence(self, assignment: Assignment, lead: Organization) -> Evidence:
        evidence = Evidence(
            assignment_id=assignment.id, organization_id=lead.id, kind="signed_document", current_version=1
        )
        await self.add(Thing.WORK, evidence)
        version = EvidenceVersion(
            evidence_id=evidence.id,
            number=1,
            state="released",
            released_at=AT,
            submitted_by=self.word(Thing.WORK, "submitter"),
            document_number=self.word(Thing.WORK, "number"),
            document_issued_on=AT.date(),
            document_issuer=self.word(Thing.WORK, "signatory"),
        )
        await self.add(Thing.WORK, version)
        upload = await self.upload(lead, Thing.WORK)
        finding = EvidenceFinding(
            evidence_version_id=version.id, step="inspect", outcome="ok", facts={"said": self.word(Thing.WORK, "fact")}
        )
        file = EvidenceFile(evidence_version_id=version.id, position=1, upload_id=upload.id)
        await self.add(Thing.WORK, finding, file)
        return evidence

    async def upload(self, organization: Organization, thing: Thing) -> Upload:
        stored = await store_file(f"%PDF-1.7\n{self.word(thing, 'content')} {next(numbers)}".encode())
        upload = Upload(
            organization_id=organization.id,
            uploaded_by=self.word(thing, "sender"),
            filename=f"{self.word(thing, 'filename')}.pdf",
            media_type="application/pdf",
            size=stored.size,
            sha256=stored.sha256,
            storage_key=stored.key,
        )
        await self.add(thing, upload)
        self._canaries.secrets[thing].add(stored.sha256)
        return upload

    async def _tell(self, evidence: Evidence, lead: Organization) -> Notice:
        notice = Notice(
            organization_id=lead.id,
            kind="appraisal.withdrawn",
            assignment_id=evidence.assignment_id,
            evidence_id=evidence.id,
            evidence_version=1,
            facts={"level": 1, "verdict": "valid", "reason": self.word(Thing.NOTICE, "reason")},
        )
        self._session.add(notice)  # its id is told by the trail, to whoever may read that
        await self._session.flush()
        return notice

    async def _judge(self, evidence: Evidence, reviewer: Organization) -> Appraisal:
        appraisal = Appraisal(
            evidence_id=evidence.id,
            evidence_version=1,
            level=1,
            organization_id=reviewer.id,
            appraised_by=self.word(Thing.WORK, "reviewer"),
            verdict="invalid",
            reasons=["not_signed"],
            comment=self.word(Thing.WORK, "comment"),
        )
        request = SupplementRequest(
            evidence_id=evidence.id,
            evidence_version=1,
            level=1,
            organization_id=reviewer.id,
            requested_by=self.word(Thing.WORK, "requester"),
            text=self.word(Thing.WORK, "request"),
            named_on=AT.date(),
            expired_at=AT,
        )
        await self.add(Thing.WORK, request, appraisal)
        return appraisal

    async def _make_drafts(self, issuer: Organization, lead: Organization) -> tuple[Plan, PlanImport, NameCorrection]:
        draft = await make_plan(self._session, issuer)
        draft.title = self.word(Thing.DRAFT, "title")
        task = await make_task(self._session, draft, lead)
        task.title = task.search_text = self.word(Thing.DRAFT, "task")
        plan_import = PlanImport(
            issuer_id=issuer.id,
            document_sha256=f"{next(numbers):064x}",
            filename=self.word(Thing.DRAFT, "filename"),
            proposal=proposal_of(self.word(Thing.DRAFT, "row")),
            requested_by=self.word(Thing.DRAFT, "requester"),
        )
        named = NameCorrection(
            issuer_id=issuer.id,
            folded=f"{next(numbers)}",
            text=self.word(Thing.DRAFT, "name"),
            organization_id=lead.id,
            corrected_by=self.word(Thing.DRAFT, "corrector"),
        )
        await self.add(Thing.DRAFT, draft, task, plan_import, named)
        return draft, plan_import, named
