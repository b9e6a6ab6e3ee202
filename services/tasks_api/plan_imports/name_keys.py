"""Names of bodies made comparable: abbreviations written out, marks and connecting words gone."""

import re
from functools import lru_cache

from shared.domain.text import fold

_ABBREVIATIONS = tuple(
    (re.compile(rf"\b(?:{pattern})\b"), meaning)
    for pattern, meaning in (
        (r"ub ?mttq(?: ?vn)?|mttq(?: ?vn)?", "mat tran to quoc"),
        (r"ubnd", "uy ban nhan dan"),
        (r"hdnd", "hoi dong nhan dan"),
        (r"dbqh", "dai bieu quoc hoi"),
        (r"vh ?[-,&]? ?xh", "van hoa xa hoi"),
        (r"kt ?, ?ht ?[&,-] ?dt|kt ?ht ?&? ?dt", "kinh te ha tang do thi"),
        (r"ld ?-? ?tb ?[&-]? ?xh", "lao dong thuong binh xa hoi"),
        (r"vh ?,? ?tt ?,? ?&? ?dl", "van hoa the thao du lich"),
        (r"kh ?& ?cn|khcn", "khoa hoc cong nghe"),
        (r"tt ?& ?tt|tttt", "thong tin truyen thong"),
        (r"gd ?[&-]? ?dt", "giao duc dao tao"),
        (r"nn ?&? ?ptnt", "nong nghiep phat trien nong thon"),
        (r"nn ?&? ?mt", "nong nghiep moi truong"),
        (r"tn ?&? ?mt", "tai nguyen moi truong"),
        (r"kh ?&? ?dt", "ke hoach dau tu"),
        (r"bhxh", "bao hiem xa hoi"),
        (r"nhnn", "ngan hang nha nuoc"),
        (r"lhpn", "lien hiep phu nu"),
        (r"ldld", "lien doan lao dong"),
        (r"ccb", "cuu chien binh"),
        (r"tt ?pvhcc", "trung tam phuc vu hanh chinh cong"),
        (r"pvhcc", "phuc vu hanh chinh cong"),
        (r"bql", "ban quan ly"),
        (r"ptth|pt ?- ?th", "phat thanh truyen hinh"),
        (r"bch ?qs", "ban chi huy quan su"),
        (r"chqs", "chi huy quan su"),
        (r"bch(?= quan su| cong an)", "ban chi huy"),
        (r"bcd", "ban chi dao"),
        (r"tncs(?: ho chi minh| hcm)?", "thanh nien"),
        (r"thanh nien cong san(?: ho chi minh| hcm)?", "thanh nien"),
        (r"ca(?= (?:phuong|xa|tinh|thanh pho|huyen)\b)", "cong an"),
        (r"vpdu", "van phong dang uy"),
        (r"vp", "van phong"),
        (r"tp", "thanh pho"),
    )
)
# The same body with a longer and a shorter official name.
_SHORTER = (
    (re.compile(r"\b(?:uy ban )?mat tran to quoc(?: viet nam)?\b"), "mat tran to quoc"),
    (re.compile(r"\bdoan thanh nien(?: cong san)?(?: ho chi minh)?\b"), "doan thanh nien"),
)
_REMARK = re.compile(r"\([^()]*\)")
_MARKS = re.compile(r"[^\w\s]|_")
_CONNECTING = re.compile(r"\b(?:va|cua)\b")
_FINAL_Y = re.compile(r"\b(b|c|d|g|h|k|l|m|n|r|s|t|v|x|ch|gh|kh|ng|nh|ph|th|tr|qu)y\b")


@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """Equal for the ways one name is written: `Phòng VH-XH`, `Phòng Văn hoá và Xã hội (chủ trì)`."""
    text = _REMARK.sub(" ", fold(name)).replace("–", "-")
    for pattern, meaning in _ABBREVIATIONS:
        text = pattern.sub(meaning, text)
    text = _CONNECTING.sub(" ", _MARKS.sub(" ", text))
    text = " ".join(text.split())
    for pattern, meaning in _SHORTER:
        text = pattern.sub(meaning, text)
    return _FINAL_Y.sub(lambda match: f"{match[1]}i", text)
