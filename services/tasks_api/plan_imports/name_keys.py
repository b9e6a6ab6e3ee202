"""Names of bodies made comparable: abbreviations written out, marks and connecting words gone."""

import re
from functools import lru_cache

from shared.domain.text import fold

# The letters of one abbreviation may be joined by any of these: VHXH, VH-XH, VH - XH, VH&XH, VH,XH, VH và XH.
_JOINT = r"(?: ?[-,&./+] ?| va | )?"


def _joined(*parts: str) -> str:
    return _JOINT.join(parts)


# Long before short. A meaning stands without the connecting words, which go below.
_ABBREVIATIONS = tuple(
    (re.compile(rf"\b(?:{pattern})(?!\w)"), meaning)
    for pattern, meaning in (
        (r"ub ?mttq(?: ?vn)?|mttq(?: ?vn)?|ubmt", "mat tran to quoc"),
        (r"ubnd", "uy ban nhan dan"),
        (r"hdnd", "hoi dong nhan dan"),
        (r"(?:doan )?dbqh", "doan dai bieu quoc hoi"),
        (r"ubkt", "uy ban kiem tra"),
        (r"btgdv|btg ?(?:&|-|va) ?dv", "ban tuyen giao dan van"),
        (_joined("vh", "tt", "dl"), "van hoa the thao du lich"),
        (_joined("vh", "xh"), "van hoa xa hoi"),
        (_joined("kt", "ht", "dt"), "kinh te ha tang do thi"),
        (_joined("ld", "tb", "xh"), "lao dong thuong binh xa hoi"),
        (_joined("kh", "cn"), "khoa hoc cong nghe"),
        (_joined("tt", "tt"), "thong tin truyen thong"),
        (_joined("gd", "dt"), "giao duc dao tao"),
        (_joined("nn", "ptnt"), "nong nghiep phat trien nong thon"),
        (_joined("nn", "mt"), "nong nghiep moi truong"),
        (_joined("tn", "mt"), "tai nguyen moi truong"),
        (_joined("kh", "dt"), "ke hoach dau tu"),
        (_joined("tc", "kh"), "tai chinh ke hoach"),
        (_joined("dt", "tg"), "dan toc ton giao"),
        (r"gtvt", "giao thong van tai"),
        (r"bhxh", "bao hiem xa hoi"),
        (r"nhnn", "ngan hang nha nuoc"),
        (r"kbnn", "kho bac nha nuoc"),
        (r"(?:h|hoi )lhpn", "hoi lien hiep phu nu"),
        (r"(?:h|hoi )ccb", "hoi cuu chien binh"),
        (r"lhpn", "lien hiep phu nu"),
        (r"ldld", "lien doan lao dong"),
        (r"ccb", "cuu chien binh"),
        (r"hnd", "hoi nong dan"),
        (r"tt ?pvhcc", "trung tam phuc vu hanh chinh cong"),
        (r"pvhcc", "phuc vu hanh chinh cong"),
        (r"(?<=tam )hcc", "hanh chinh cong"),
        (r"ttyt", "trung tam y te"),
        (r"tyt", "tram y te"),
        (r"bqlda", "ban quan ly du an"),
        (r"bql", "ban quan ly"),
        (r"da(?= (?:dau tu|dt)\b)", "du an"),
        (r"vpdk(?: ?dd| dat dai)?", "van phong dang ky dat dai"),
        (_joined("dt", "xd"), "dau tu xay dung"),
        (r"vksnd", "vien kiem sat nhan dan"),
        (r"tand", "toa an nhan dan"),
        (r"ptth|pt ?- ?th", "phat thanh truyen hinh"),
        (r"(?:bch|ban ch) ?qs|ban chqs", "ban chi huy quan su"),
        (r"chqs", "chi huy quan su"),
        (r"(?:bch|ban ch)(?= quan su| cong an)", "ban chi huy"),
        (r"bch", "ban chap hanh"),
        (r"(?:bcd|ban cd)", "ban chi dao"),
        (r"dtncs ?(?:ho chi minh|hcm)?|dtn", "doan thanh nien"),
        (r"tncs(?: ?ho chi minh| ?hcm)?", "thanh nien"),
        (r"doan tn", "doan thanh nien"),
        (r"thanh nien cong san(?: ho chi minh| hcm)?", "thanh nien"),
        (r"(?<!\w )ca(?= (?:phuong|xa|tinh|thanh pho|huyen|tp|dac khu)\b|$)|ca(?= phuong\b)", "cong an"),
        (r"tcdt", "to cong dan so"),
        (r"thcs", "trung hoc co so"),
        (r"thpt", "trung hoc pho thong"),
        (r"(?<=truong )mn", "mam non"),
        (r"(?<=truong )mg", "mau giao"),
        (r"(?<=truong )th", "tieu hoc"),
        (r"htx", "hop tac xa"),
        (r"vpdu", "van phong dang uy"),
        (r"vp", "van phong"),
        (r"(?<!so )(?<!phong )tp", "thanh pho"),
        (r"p(?=\. ?\w)", "phuong"),
    )
)
# The same body with a longer and a shorter official name.
_SHORTER = (
    (re.compile(r"\b(?:uy ban )?mat tran(?: to quoc)?(?: viet nam)?\b"), "mat tran to quoc"),
    (re.compile(r"\bdoan thanh nien(?: cong san)?(?: ho chi minh)?\b"), "doan thanh nien"),
    (re.compile(r"\bhoi (?:lien hiep )?phu nu(?: viet nam)?\b"), "hoi lien hiep phu nu"),
    (re.compile(r"\bhoi (cuu chien binh|nong dan|chu thap do|nguoi cao tuoi)(?: viet nam)?\b"), r"hoi \1"),
    (re.compile(r"\btrung tam (?:phuc vu )?hanh chinh cong\b"), "trung tam phuc vu hanh chinh cong"),
    (re.compile(r"\bban (?:chi huy|chap hanh) quan su\b"), "ban chi huy quan su"),
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
