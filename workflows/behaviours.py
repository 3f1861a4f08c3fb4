"""The seven BerAKHLAK core values with their standard statements (UU 20/2023 art. 4).

The Indonesian statements are fixed text of the forms; the English ones are for reading only.
"""

from dataclasses import dataclass

from workflows.kit import Text


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One core value: its code in documents, its name, its three standard statements."""

    value: str
    label: Text
    statements: tuple[Text, Text, Text]


BEHAVIOURS = (
    Behaviour(
        "SERVICE_ORIENTED",
        Text("Berorientasi Pelayanan", "Service oriented"),
        (
            Text("Memahami dan memenuhi kebutuhan masyarakat", "Understands and meets the needs of the public"),
            Text("Ramah, cekatan, solutif, dan dapat diandalkan", "Is friendly, quick, helpful and reliable"),
            Text("Melakukan perbaikan tiada henti", "Improves without end"),
        ),
    ),
    Behaviour(
        "ACCOUNTABLE",
        Text("Akuntabel", "Accountable"),
        (
            Text(
                "Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin, dan berintegritas tinggi",
                "Works honestly, responsibly, carefully, with discipline and high integrity",
            ),
            Text(
                "Menggunakan kekayaan dan barang milik negara secara bertanggung jawab, efektif, dan efisien",
                "Uses state property responsibly, effectively and efficiently",
            ),
            Text("Tidak menyalahgunakan kewenangan jabatan", "Does not abuse the powers of the post"),
        ),
    ),
    Behaviour(
        "COMPETENT",
        Text("Kompeten", "Competent"),
        (
            Text(
                "Meningkatkan kompetensi diri untuk menjawab tantangan yang selalu berubah",
                "Builds own competence to meet ever-changing challenges",
            ),
            Text("Membantu orang lain belajar", "Helps others learn"),
            Text("Melaksanakan tugas dengan kualitas terbaik", "Does the work at the best quality"),
        ),
    ),
    Behaviour(
        "HARMONIOUS",
        Text("Harmonis", "Harmonious"),
        (
            Text("Menghargai setiap orang apapun latar belakangnya", "Respects everyone, whatever their background"),
            Text("Suka menolong orang lain", "Likes to help others"),
            Text("Membangun lingkungan kerja yang kondusif", "Builds a good place to work"),
        ),
    ),
    Behaviour(
        "LOYAL",
        Text("Loyal", "Loyal"),
        (
            Text(
                "Memegang teguh ideologi Pancasila, UUD 1945, setia kepada NKRI serta pemerintahan yang sah",
                "Holds to Pancasila and the 1945 Constitution, loyal to the Republic and its lawful government",
            ),
            Text(
                "Menjaga nama baik sesama ASN, pimpinan, instansi, dan negara",
                "Protects the good name of colleagues, leaders, the agency and the state",
            ),
            Text("Menjaga rahasia jabatan dan negara", "Keeps the secrets of office and state"),
        ),
    ),
    Behaviour(
        "ADAPTIVE",
        Text("Adaptif", "Adaptive"),
        (
            Text("Cepat menyesuaikan diri menghadapi perubahan", "Adapts quickly to change"),
            Text("Terus berinovasi dan mengembangkan kreativitas", "Keeps innovating and developing creativity"),
            Text("Bertindak proaktif", "Acts proactively"),
        ),
    ),
    Behaviour(
        "COLLABORATIVE",
        Text("Kolaboratif", "Collaborative"),
        (
            Text("Memberi kesempatan kepada berbagai pihak untuk berkontribusi", "Lets many parties contribute"),
            Text(
                "Terbuka dalam bekerja sama untuk menghasilkan nilai tambah",
                "Is open to working together to add value",
            ),
            Text(
                "Menggerakkan pemanfaatan berbagai sumber daya untuk tujuan bersama",
                "Brings resources together for shared goals",
            ),
        ),
    ),
)
