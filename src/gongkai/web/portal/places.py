"""我家排第几: an applicant finds her own place by receipt number and the last four of her identity number.

The digits come by POST only, are never part of an address, never logged, never shown again and never kept.
"""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gongkai.documents.actions import TooManyLookupsError, look_up_place
from gongkai.documents.models import ApplicantDigest, ApplicantList
from gongkai.web.addresses import address_of
from gongkai.web.portal.frame import ColumnTags, answer
from gongkai.web.telling import told

_NOT_KEPT = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class PlaceForm(forms.Form):
    """The list, the receipt number, the last four."""

    use_required_attribute = False

    list = forms.ModelChoiceField(
        label=gettext_lazy("名单"),
        queryset=ApplicantList.objects.none(),
        to_field_name="code",
        empty_label=None,
        error_messages={
            "required": gettext_lazy("请选择名单。"),
            "invalid_choice": gettext_lazy("这份名单已停止查询。请选择下面列出的名单。"),
        },
    )
    receipt = forms.CharField(
        label=gettext_lazy("申请回执号"),
        max_length=60,
        widget=forms.TextInput(attrs=_NOT_KEPT),
        help_text=gettext_lazy("受理申请时窗口给的回执上的号码。"),
        error_messages={
            "required": gettext_lazy("请填写申请回执号。"),
            "max_length": gettext_lazy("回执号太长。请对照回执重新填写。"),
        },
    )
    last_four = forms.RegexField(
        label=gettext_lazy("申请人身份证号码的后四位"),
        regex=r"^\s*[0-9\uff10-\uff19]{3}[0-9\uff10-\uff19XxXx]\s*$",
        strip=False,
        # never sent back, not even after a mistake
        widget=forms.TextInput(attrs={**_NOT_KEPT, "maxlength": "4", "inputmode": "text", "size": "6"}),
        help_text=gettext_lazy("只填后四位,末位是 X 的填 X。不要填完整号码。"),
        error_messages={
            "required": gettext_lazy("请填写身份证号码的后四位。"),
            "invalid": gettext_lazy("应为四位:前三位是数字,末位是数字或 X。"),
        },
    )

    def __init__(self, *args: Any, lists: QuerySet[ApplicantList], **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.fields["list"].queryset = lists  # type: ignore[attr-defined] # a ModelChoiceField


def open_lists() -> QuerySet[ApplicantList]:
    """The lists in which one may look today, the newest first."""
    today = timezone.localdate()
    return ApplicantList.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today)).select_related("agency")


@csrf_exempt  # nothing is changed, no cookie is read: there is nothing another site could make a visitor do
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
@sensitive_post_parameters("receipt", "last_four")
def place(request: HttpRequest) -> HttpResponseBase:
    """The lists that are open, the form, and the answer: place, points, next step, or where to ask."""
    lists = list(open_lists())
    form = (
        PlaceForm(request.POST, lists=open_lists()) if request.method == "POST" else PlaceForm(lists=open_lists())
    )
    context: dict[str, Any] = {"lists": lists, "form": form, "asked": False}
    status = 200
    if form.is_bound and form.is_valid():
        context["asked"] = True
        try:
            context["row"] = _row(request, form)
        except TooManyLookupsError as error:
            context["wait"], status = told(error), 429
    elif form.is_bound:
        status = 422
    form.data = {k: v for k, v in form.data.items() if k == "list"} if form.is_bound else form.data
    title = _("我家排第几")
    column = ColumnTags(
        title, _("住房保障申请人查询自己在轮候名单中的排位"), _("住房保障,轮候,排位"), _("政务公开")
    )
    response = answer(request, "place.html", context, column=column, trail=[(title, "")], status=status)
    if status == 429:
        response["Retry-After"] = "600"
    return response


def _row(request: HttpRequest, form: PlaceForm) -> ApplicantDigest | None:
    said = form.cleaned_data
    return look_up_place(
        said["list"].code,
        receipt=said["receipt"],
        last_four=said["last_four"],
        address=address_of(request),
        at=timezone.now(),
    )
