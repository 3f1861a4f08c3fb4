"""Who is in the demo: offices, posts and people, all fictional; NIPs begin with birth year 1900."""

from dataclasses import dataclass

MAIL_DOMAIN = "muara-contoh.example"


@dataclass(frozen=True, slots=True)
class Post:
    """A post with its holder; `label` is the name of a demo account, empty for people without one."""

    code: str
    title: str
    unit: str
    post_class: str
    reports_to: str | None
    name: str
    label: str = ""
    rank: str = "Penata Muda"
    grade: str = "III/a"
    is_woman: bool = False

    @property
    def email(self) -> str:
        """The holder's address: his name without titles, at a domain that cannot exist (RFC 2606)."""
        words = self.name.split(",")[0].lower().replace("'", "").split()
        plain = [word for word in words if not word.endswith(".") or len(words) == 1]
        return f"{'.'.join(plain)}@{MAIL_DOMAIN}"


# code: (name, code of the unit above)
UNITS: dict[str, tuple[str, str | None]] = {
    "10": ("Kabupaten Muara Contoh", None),
    "1001": ("Sekretariat Daerah", "10"),
    "1002": ("Dinas Kesehatan", "10"),
    "100201": ("Bidang Kesehatan Masyarakat", "1002"),
    "100202": ("Bidang Pencegahan dan Pengendalian Penyakit", "1002"),
    "100203": ("Puskesmas Hulu Contoh", "1002"),
    "1003": ("Dinas Pendidikan", "10"),
    "100301": ("Bidang Pembinaan Sekolah Dasar", "1003"),
    "1004": ("Badan Kepegawaian dan Pengembangan SDM", "10"),
    "1005": ("Inspektorat", "10"),
    "1006": ("Badan Perencanaan Pembangunan Daerah", "10"),
}

POSTS: tuple[Post, ...] = (
    Post("BUPATI", "Bupati Muara Contoh", "10", "POLITICAL", None, "Teuku Fiktif", "ppk", "", ""),
    Post("KADINKES", "Kepala Dinas Kesehatan", "1002", "JPT_PRATAMA", "BUPATI", "dr. Cut Contoh Maharani",
         "rater_superior", "Pembina Utama Muda", "IV/c", True),
    Post("KABID-KESMAS", "Kepala Bidang Kesehatan Masyarakat", "100201", "ADMINISTRATOR", "KADINKES",
         "Rahmat Rekaan, SKM", "rater", "Pembina", "IV/a"),
    Post("NUTRI-1", "Nutrisionis Terampil", "100201", "FUNGSIONAL", "KABID-KESMAS", "Sari Misal, A.Md.Gz", "employee",
         is_woman=True),
    Post("NUTRI-2", "Nutrisionis Ahli Pertama", "100201", "FUNGSIONAL", "KABID-KESMAS", "Nadia Umpama, S.Gz",
         "newcomer", is_woman=True),
    Post("BIDAN-1", "Bidan Terampil", "100201", "FUNGSIONAL", "KABID-KESMAS", "Wati Andaian, A.Md.Keb", "peer",
         is_woman=True),
    Post("PROMKES-1", "Penyuluh Kesehatan Ahli Pertama", "100201", "FUNGSIONAL", "KABID-KESMAS", "Bayu Andaikan, SKM",
         "peer1"),
    Post("PROMKES-2", "Penyuluh Kesehatan Terampil", "100201", "FUNGSIONAL", "KABID-KESMAS", "Citra Seandainya, A.Md",
         "peer2", is_woman=True),
    Post("SANITARIAN-1", "Sanitarian Ahli Pertama", "100201", "FUNGSIONAL", "KABID-KESMAS", "Dedi Sekiranya, S.KL",
         "peer3"),
    Post("EPID-1", "Epidemiolog Kesehatan Ahli Pertama", "100201", "FUNGSIONAL", "KABID-KESMAS", "Eka Kiranya, SKM",
         "peer4", is_woman=True),
    Post("ADMIN-K1", "Pengelola Program Kesehatan Keluarga", "100201", "PELAKSANA", "KABID-KESMAS",
         "Farid Barangkali, S.AP", "peer5", "Pengatur", "II/c"),
    Post("ADMIN-K2", "Pengelola Data Gizi", "100201", "PELAKSANA", "KABID-KESMAS", "Gita Mungkin, S.Kom", "peer6",
         is_woman=True),
    Post("KADER-K1", "Pengadministrasi Posyandu", "100201", "PELAKSANA", "NUTRI-1", "Hendra Layaknya", "subordinate",
         "Pengatur Muda", "II/a"),
    Post("KABID-P2P", "Kepala Bidang Pencegahan dan Pengendalian Penyakit", "100202", "ADMINISTRATOR", "KADINKES",
         "Ilham Pengandaian, SKM", "plh", "Penata Tingkat I", "III/d"),
    Post("SEKDIN-1", "Analis Kinerja", "1002", "PELAKSANA", "KADINKES", "Dewi Contohwati, S.E.", "perf_team",
         is_woman=True),
    Post("SEKDIN-2", "Perencana Ahli Pertama", "1002", "FUNGSIONAL", "KADINKES", "Yusuf Tiruan, S.Sos", "perf_team2"),
    Post("KADISDIK", "Kepala Dinas Pendidikan", "1003", "JPT_PRATAMA", "BUPATI", "Drs. Hasan Perumpamaan", "head",
         "Pembina Utama Muda", "IV/c"),
    Post("KABID-SD", "Kepala Bidang Pembinaan Sekolah Dasar", "100301", "ADMINISTRATOR", "KADISDIK",
         "Laila Pemisalan, M.Pd", "", "Pembina", "IV/a", True),
    Post("PENGAWAS-1", "Pengembang Kurikulum Ahli Pertama", "100301", "FUNGSIONAL", "KABID-SD", "Fitri Hipotesa, S.Pd",
         "outsider", is_woman=True),
    Post("DISDIK-1", "Analis Kinerja", "1003", "PELAKSANA", "KADISDIK", "Joko Sampel, S.AP"),
    Post("KABKPSDM", "Kepala BKPSDM", "1004", "JPT_PRATAMA", "BUPATI", "Sri Teladan, S.H.", "", "Pembina Utama Muda",
         "IV/c", True),
    Post("BKPSDM-1", "Analis SDM Aparatur Ahli Pertama", "1004", "FUNGSIONAL", "KABKPSDM", "Maya Karangan, S.AP", "hr",
         is_woman=True),
    Post("BKPSDM-2", "Analis SDM Aparatur Ahli Muda", "1004", "FUNGSIONAL", "KABKPSDM", "Andi Rekayasa, S.Kom", "hr2",
         "Penata", "III/c"),
    Post("INSPEKTUR", "Inspektur", "1005", "JPT_PRATAMA", "BUPATI", "Burhan Ibarat, Ak", "", "Pembina Utama Muda",
         "IV/c"),
    Post("AUDITOR-1", "Auditor Ahli Pertama", "1005", "FUNGSIONAL", "INSPEKTUR", "Lukman Misalkan, S.E.", "auditor"),
    Post("KABAPPEDA", "Kepala Bappeda", "1006", "JPT_PRATAMA", "BUPATI", "Ir. Tuti Gambaran", "", "Pembina Utama Muda",
         "IV/c", True),
    Post("PERENCANA-1", "Perencana Ahli Muda", "1006", "FUNGSIONAL", "KABAPPEDA", "Ratna Dugaan, S.T.", "planner",
         "Penata", "III/c", True),
    Post("NUTRI-3", "Nutrisionis Ahli Muda", "100201", "FUNGSIONAL", "KABID-KESMAS", "Oki Taksiran, S.Gz", "",
         "Penata", "III/c"),
    Post("BIDAN-2", "Bidan Ahli Pertama", "100201", "FUNGSIONAL", "KABID-KESMAS", "Putri Sangkaan, S.Tr.Keb",
         is_woman=True),
    Post("SANITARIAN-2", "Sanitarian Terampil", "100201", "FUNGSIONAL", "KABID-KESMAS", "Qori Terkaan, A.Md.KL"),
    Post("EPID-2", "Entomolog Kesehatan Terampil", "100202", "FUNGSIONAL", "KABID-P2P", "Rudi Asumsi, A.Md"),
    Post("SURVEI-1", "Pengelola Surveilans", "100202", "PELAKSANA", "KABID-P2P", "Siti Praduga, SKM", is_woman=True),
    Post("KAPUS", "Kepala Puskesmas Hulu Contoh", "100203", "PENGAWAS", "KADINKES", "dr. Tono Bayangan", "", "Penata",
         "III/c"),
    Post("PERAWAT-1", "Perawat Terampil", "100203", "FUNGSIONAL", "KAPUS", "Umi Reka, A.Md.Kep", is_woman=True),
    Post("GURU-1", "Pengelola Data Pendidikan", "100301", "PELAKSANA", "KABID-SD", "Vina Perkiraan, S.Pd",
         is_woman=True),
    Post("GURU-2", "Analis Kebijakan Ahli Pertama", "100301", "FUNGSIONAL", "KABID-SD", "Wahyu Anggapan, S.Sos"),
)  # fmt: skip

# (holder of the post, unit whose team he belongs to)
TEAMS = (("SEKDIN-1", "1002"), ("SEKDIN-2", "1002"), ("DISDIK-1", "1003"), ("DISDIK-1", "10"))
GRANTS = (("BKPSDM-1", "hr"), ("BKPSDM-2", "hr"), ("AUDITOR-1", "auditor"), ("PERENCANA-1", "planner"))
# A post under a functional post is rated by the official above both.
RATED_BY = (("KADER-K1", "KABID-KESMAS"),)

# (level, unit, statement, indicator, target, place of the goal above)
GOALS = (
    ("RPJMD", "10", "Meningkatnya derajat kesehatan masyarakat", "Umur harapan hidup", "69,4 tahun", None),
    ("RENSTRA", "1002", "Menurunnya kematian ibu dan bayi", "AKI per 100.000 KH", "≤ 120", 0),
    ("RENSTRA", "1002", "Menurunnya stunting", "Prevalensi stunting", "≤ 18 %", 0),
    ("PK", "1002", "Menurunnya prevalensi stunting balita", "Prevalensi stunting", "≤ 18 %", 2),
    ("RPJMD", "10", "Meningkatnya mutu pendidikan dasar", "Rapor pendidikan SD", "75", None),
    ("RENSTRA", "1003", "Meningkatnya kemampuan literasi murid sekolah dasar", "Murid kompeten", "70 %", 4),
    ("RPJMD", "10", "Meningkatnya kualitas tata kelola pemerintahan", "Indeks reformasi birokrasi", "78", None),
)


def nip(place: int, *, is_woman: bool) -> str:
    """A NIP that cannot belong to anyone: born in 1900, in service since 2010."""
    return f"1900{place % 12 + 1:02d}{place % 28 + 1:02d}201001{1 + is_woman}{place % 999 + 1:03d}"
