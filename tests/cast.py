"""The cast: invented people, marked as test identities, one for each way of standing towards the workspace."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

from django.utils import timezone

from gongkai.agencies.models import Agency, Appointment, Officer
from gongkai.core.vocabulary import Evidence, Role

PASSWORD = "Ceshi-2026-shenfen"  # of nobody: every identity here is invented
SINCE = date(2020, 1, 1)
SINCE_AT = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Who is on the stage. ``stranger`` has an account and no role; ``gone`` was let go."""

    finance: Agency
    land: Agency
    hall: Agency
    lin: Officer  # 起草, 县财政局
    chen: Officer  # 审查员, 县财政局
    wang: Officer  # 单位负责人, 县财政局
    zheng: Officer  # 起草, 县自然资源局
    su: Officer  # 县政务公开办
    huang: Officer  # 评估员
    xu: Officer  # 审计员
    ye: Officer  # 系统管理员
    gone: Officer  # 停用
    stranger: Officer  # 有账号,无任职

    @property
    def officers(self) -> dict[str, Officer]:
        """Everybody by the name used here."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.type is Officer}


def agency(code: str, name: str, **facts: object) -> Agency:
    """An agency of the tests, found again when it is there already."""
    return Agency.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "kind": Agency.Kind.DEPARTMENT,
            "evidence": Evidence.PRIMARY_TEXT,
            "unit_code": "",
            **facts,
        },
    )[0]


def officer(username: str, display_name: str, *held: tuple[Role, Agency], active: bool = True) -> Officer:
    """An officer with a settled password and the given roles since 2020."""
    made = Officer(
        username=username,
        display_name=display_name,
        is_active=active,
        must_change_password=False,
        password_changed_at=timezone.now(),
    )
    made.set_password(PASSWORD)
    made.save()
    Appointment.objects.bulk_create(
        Appointment(officer=made, agency=where, role=role, from_on=SINCE) for role, where in held
    )
    return made


def assemble() -> Cast:
    """Put the whole cast into the database."""
    finance = agency("finance", "县财政局", unit_code="QZ09008")
    land = agency("natural_resources", "县自然资源局", unit_code="QZ09010")
    hall = agency("county_office", "县政府办公室", unit_code="QZ09005")
    return Cast(
        finance=finance,
        land=land,
        hall=hall,
        lin=officer("lin", "林测试", (Role.DRAFTER, finance)),
        chen=officer("chen", "陈测试", (Role.REVIEWER, finance)),
        wang=officer("wang", "王测试", (Role.HEAD, finance)),
        zheng=officer("zheng", "郑测试", (Role.DRAFTER, land)),
        su=officer("su", "苏测试", (Role.OFFICE, hall)),
        huang=officer("huang", "黄测试", (Role.EVALUATOR, hall)),
        xu=officer("xu", "许测试", (Role.AUDITOR, hall)),
        ye=officer("ye", "叶测试", (Role.ADMINISTRATOR, hall)),
        gone=officer("gone", "离测试", (Role.DRAFTER, finance), active=False),
        stranger=officer("stranger", "生测试"),
    )
