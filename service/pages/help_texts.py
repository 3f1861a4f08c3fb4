"""The help's words: the tasks for each role, and the field's terms. Short sentences; the pages show the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows.kit import Text


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that people of a role do: what, how in two or three sentences, and where it begins."""

    title: Text
    steps: Text
    href: str = ""


ROLES: Mapping[str, Text] = {
    "employee": Text("Pegawai", "Employee"),
    "rater": Text("Pejabat penilai", "Rater"),
    "perf_team": Text("Tim pengelola kinerja", "Performance team"),
    "hr": Text("Petugas kepegawaian", "HR officer"),
    "auditor": Text("Auditor", "Auditor"),
    "planner": Text("Perencana", "Planner"),
}

TASKS: Mapping[str, Sequence[Task]] = {
    "employee": (
        Task(
            Text("Menyusun rencana kerja", "Draft your work plan"),
            Text(
                "Buka Pekerjaan saya, lalu Mulai. Ambil hasil kerja dari hasil atasan bila ada; tulis hasil, bukan "
                "kegiatan. Isian tersimpan sendiri.",
                "Open My work, then Start. Take results from your superior's where there are some; write results, not "
                "activities. What you type is kept by itself.",
            ),
            "/",
        ),
        Task(
            Text("Mengajukan", "Submit it"),
            Text(
                "Bagian terakhir memeriksa semuanya. Yang harus diperbaiki disebut dengan tautan; peringatan boleh "
                "dilewati.",
                "The last section checks everything. What must be fixed is named with a link; warnings may be passed.",
            ),
            "/",
        ),
        Task(
            Text("Melihat siapa yang memegang kasus", "See who has the case"),
            Text(
                "Halaman kasus menyebut siapa, sejak kapan, sampai kapan; Mengapa menunggu menyebut nasib surelnya.",
                "The case's page says who, since when and until when. Why it waits also says what became of the mail.",
            ),
            "/cases",
        ),
        Task(
            Text("Menarik kembali", "Recall it"),
            Text(
                "Selama belum diputuskan, tekan Tarik kembali di halaman kasus, perbaiki, lalu ajukan lagi.",
                "Until it is decided, press Recall on the case's page, correct it and submit again.",
            ),
        ),
        Task(
            Text("Mengubah rencana yang sudah berlaku", "Change a plan in force"),
            Text(
                "Tekan Ubah rencana dan sebut dasarnya. Rencana lama tetap berlaku sampai perubahan ditetapkan.",
                "Press Amend and name the legal basis. The old plan stays in force until the change is set.",
            ),
        ),
        Task(
            Text("Penilai, jabatan, atau unit saya keliru", "My rater, post or unit is wrong"),
            Text(
                "Buka kasus Anda dan tekan tautan itu di bagian bawah. Kepegawaian menjawab; kasusnya berjalan terus.",
                "Open your case and press that link near its end. HR answers; the case goes on meanwhile.",
            ),
        ),
        Task(
            Text("Berkas yang Anda tanda tangani di atas kertas", "A paper that you signed"),
            Text(
                "Tim pengelola kinerja memasukkannya. Periksa, lalu konfirmasi atau tolak; sebelum itu tidak ada yang "
                "dijalankan.",
                "The performance team enters it. Check it, then confirm or refuse; until then nothing is carried out.",
            ),
            "/",
        ),
        Task(
            Text("Membuat atau mengganti kata sandi", "Set or change the password"),
            Text(
                "Sekurang-kurangnya 12 karakter. Tanpa surel, mintalah lembar masuk kepada kepegawaian lebih dahulu.",
                "At least 12 characters. Without a mailbox ask HR for a sign-in slip first.",
            ),
            "/password",
        ),
    ),
    "rater": (
        Task(
            Text("Memutuskan dari surel", "Decide from a mail"),
            Text(
                "Tekan tautan, lalu Buka. Membuka belum memutuskan apa pun. Baca ringkasan dan yang berubah, lalu "
                "Tetapkan atau Kembalikan.",
                "Press the link, then Open. Opening decides nothing. Read the summary and what changed, then Set or "
                "Return.",
            ),
        ),
        Task(
            Text("Mengembalikan dengan alasan", "Return with a reason"),
            Text(
                "Pegawai membaca alasan Anda. Pilih kalimat siap pakai atau tulis sendiri.",
                "The employee reads your reason. Choose a ready sentence or write your own.",
            ),
        ),
        Task(
            Text("Tautan sudah tidak berlaku", "The link no longer works"),
            Text(
                "Minta tautan baru di halaman yang sama, atau masuk dan buka Pekerjaan saya. Tenggatnya tidak berubah.",
                "Ask for a fresh link on the same page, or sign in and open My work. The deadline does not change.",
            ),
            "/",
        ),
        Task(
            Text("Bukan kewenangan saya atau sedang cuti", "Not mine, or I am away"),
            Text(
                "Tekan Saya tidak dapat memutuskan. Kepegawaian mengalihkan; tidak ada yang diputuskan.",
                "Press I cannot decide this. HR re-routes it; nothing is decided.",
            ),
        ),
        Task(
            Text("Menunjuk Plh", "Name a substitute"),
            Text(
                "Sampaikan surat perintahnya kepada kepegawaian; sejak tanggalnya surel datang kepada pengganti Anda.",
                "Give the order to HR; from its first day the mails go to your substitute.",
            ),
        ),
    ),
    "perf_team": (
        Task(
            Text("Mereviu rencana", "Review plans"),
            Text(
                "Antrean Anda ada di Pekerjaan saya; satu ringkasan surel setiap hari kerja.",
                "Your queue is in My work; one summary mail each working day.",
            ),
            "/",
        ),
        Task(
            Text("Meneruskan kepada penilai", "Pass on to the rater"),
            Text(
                "Periksa keselarasan dan ukurannya, lalu Teruskan. Penilai menerima surel.",
                "Check alignment and measures, then pass it on. The rater gets a mail.",
            ),
        ),
        Task(
            Text("Mengembalikan kepada pegawai", "Return to the employee"),
            Text("Sebut bagian dan perbaikannya.", "Name the part and what to correct."),
        ),
        Task(
            Text("Menetapkan karena lewat tenggat", "Set in default"),
            Text(
                "Hanya setelah tanggal di siklus dan bila rencananya lengkap; alasan wajib.",
                "Only after the cycle's date and when the plan is complete; a reason is required.",
            ),
        ),
        Task(
            Text("Melihat kasus unit Anda", "See your unit's cases"),
            Text("Daftar kasus, saring menurut unit dan tahap.", "The list of cases, filtered by unit and stage."),
            "/cases",
        ),
        Task(
            Text("Pegawai tanpa surel", "People without a mailbox"),
            Text(
                "Lihat siapa yang perlu dikunjungi, cetak suratnya, catat tanggal penyerahan. Berkas yang ia tanda "
                "tangani Anda masukkan dari halaman kasusnya bersama pindaiannya.",
                "See whom to visit, print the notice, record the day it was handed over. A paper that he signed is "
                "entered from the page of his case, with its scan.",
            ),
            "/visits",
        ),
    ),
    "hr": (
        Task(
            Text("Tidak dapat memutuskan; permintaan koreksi", "Declined decisions; requests for a correction"),
            Text(
                "Pernyataan tidak dapat memutuskan tampil di Pekerjaan saya: satu tekan mengalihkan kasus. Permintaan "
                "koreksi penilai, jabatan, unit, atau nama Anda terima atau tolak dengan alasan.",
                "Whoever cannot decide appears under My work: one press re-routes the case. Requests to correct rater, "
                "post, unit or name you accept, or refuse with a reason.",
            ),
            "/corrections",
        ),
        Task(
            Text("Melihat yang macet", "See what is stuck"),
            Text(
                "Papan kasus: tekan angka di peta. Di setiap kasus, Mengapa menunggu menyebut jalan keluarnya.",
                "The board: press a number on the map. In each case, Why it waits names the remedies.",
            ),
            "/board",
        ),
        Task(
            Text("“Saya tidak menerima surelnya”", "“I never got the mail”"),
            Text(
                "Cari namanya di Surel: diterima, memantul, dibuka, atau masuk ringkasan harian pukul tujuh: selain "
                "permintaan dan kode, tiap orang menerima paling banyak satu surel per hari kerja. Kirim ulang, atau "
                "salin pesan WhatsApp tanpa nama.",
                "Find the name in Mails: accepted, bounced, opened, or in the daily summary at seven: beside requests "
                "and codes nobody gets more than one mail a working day. Send it again, or copy a WhatsApp text.",
            ),
            "/deliveries",
        ),
        Task(
            Text("Mengimpor data kepegawaian", "Import HR data"),
            Text(
                "Unduh contoh, isi dengan kolom NIP berformat Teks, lalu unggah. Lihat perbedaan atau masalah per "
                "baris, lalu terapkan; semua baris sekaligus atau tidak sama sekali.",
                "Download a sample, fill it in with the NIP column as Text, and upload it. Look at the difference or "
                "the problems by row, then apply: all rows or none.",
            ),
            "/people/import",
        ),
        Task(
            Text("Mencatat Plh atau pelimpahan", "Record a substitute"),
            Text(
                "Buka pejabatnya di Pegawai. Pertentangan disebut sebelum dicatat; kasus yang menunggu ikut berpindah.",
                "Open the official in People. Conflicts are named before it is recorded; waiting cases move along.",
            ),
            "/people",
        ),
        Task(
            Text("Mengingatkan, memperpanjang, menahan, mengalihkan", "Remind, extend, hold, re-route"),
            Text(
                "Satu kasus: dari Mengapa menunggu. Banyak kasus: centang di daftarnya. Akibatnya diperlihatkan dulu.",
                "One case: from Why it waits. Many: tick them in the list. You see first what would happen.",
            ),
            "/cases",
        ),
        Task(
            Text("Memuat dan menegaskan kalender", "Load and confirm the calendar"),
            Text(
                "Kalender memuat usulan tahun berikutnya; cocokkan dengan SKB, lalu tegaskan. Sesudah hari libur "
                "berubah, hitung ulang tenggat yang sudah diberikan: setiap kasus disebut sebelum ada yang berpindah.",
                "Calendar loads the next year's proposal; compare it with the decree, then confirm it. After closed "
                "days change, have given deadlines counted again: each case is named before any moves.",
            ),
            "/calendar",
        ),
        Task(
            Text("Menetapkan aturan kantor", "Set the office's rules"),
            Text(
                "Bila peraturan terbuka, nilainya ada di Aturan dengan anjuran. Tegaskan dengan surat, atau tetapkan "
                "nilai lain; akibatnya bagi kasus terbuka ditunjukkan dahulu.",
                "Where the law is open, the value is under Rules with a recommendation. Confirm it by letter or set "
                "another one; what it means for open cases is shown first.",
            ),
            "/rules",
        ),
        Task(
            Text("Membuka dan menutup siklus", "Open and close a cycle"),
            Text(
                "Pastikan kalender kerjanya dimuat dan jabatan terisi. Penutupan menunggu semua kasus selesai.",
                "Make sure that its calendar is loaded and posts are filled. Closing waits until all cases are done.",
            ),
            "/cycles",
        ),
    ),
    "auditor": (
        Task(
            Text("Menjawab pertanyaan yang biasa", "Answer the usual questions"),
            Text(
                "Jejak audit membuka dengan pertanyaan siap pakai dan jumlahnya; tekan untuk melihat peristiwanya.",
                "The audit log opens with ready questions and counts; press one to see its events.",
            ),
            "/audit",
        ),
        Task(
            Text("Memeriksa keutuhan jejak", "Check that the log is whole"),
            Text(
                "Periksa sekarang menghitung ulang semuanya dan menyebut tempat rusak pertama bila ada.",
                "Check now recounts everything and names the first broken place, if there is one.",
            ),
            "/audit",
        ),
        Task(
            Text("Membuktikan satu peristiwa", "Prove one event"),
            Text(
                "Buka peristiwanya: isi yang disidik, sidiknya, dan tetangganya.",
                "Open the event: its bytes, its fingerprint and its neighbours.",
            ),
            "/audit",
        ),
        Task(
            Text("Membaca satu kasus dari awal", "Read one case from the start"),
            Text(
                "Cari nomornya di Daftar kasus; jejak dan semua versinya ada di sana.",
                "Find its number in the list of cases; its trace and all versions are there.",
            ),
            "/cases",
        ),
        Task(
            Text("Memeriksa tanpa layanan ini", "Check without this service"),
            Text(
                "Mintalah ekspor; runut audit verify memeriksanya di komputer mana pun.",
                "Ask for an export; runut audit verify checks it on any computer.",
            ),
        ),
    ),
    "planner": (
        Task(
            Text("Melihat sasaran tanpa rencana kerja", "See goals without work plans"),
            Text(
                "Sasaran menampilkan pohonnya dengan jumlah hasil kerja yang sampai ke setiap sasaran.",
                "Goals shows the tree with how many planned results reach each goal.",
            ),
            "/goals",
        ),
        Task(
            Text("Melihat dukungan menurut unit", "See support by unit"),
            Text("Buka Menurut unit pada satu sasaran.", "Unfold By unit at a goal."),
            "/goals",
        ),
        Task(
            Text("Memperbarui sasaran", "Update goals"),
            Text(
                "Kirim berkas Renstra dan Perjanjian Kinerja kepada kepegawaian untuk dimuat.",
                "Give HR the strategic plan and performance agreements to load.",
            ),
        ),
        Task(
            Text("Memakai angkanya di tempat lain", "Use the numbers elsewhere"),
            Text(
                "API memberi sasaran sebagai JSON: /api/v1/strategic-goals.",
                "The API gives goals as JSON: /api/v1/strategic-goals.",
            ),
            "/api/v1/docs",
        ),
        Task(
            Text("Rencana kerja Anda sendiri", "Your own work plan"),
            Text("Seperti setiap pegawai: Pekerjaan saya.", "Like every employee: My work."),
            "/",
        ),
    ),
}

GLOSSARY: Sequence[tuple[str, str, Text]] = (
    ("SKP", "work plan", Text(
        "Sasaran Kinerja Pegawai: rencana hasil dan perilaku setahun.", "A year's planned results and behaviour.")),
    ("RHK", "planned result", Text(
        "Rencana hasil kerja: satu hasil yang dijanjikan, dengan indikator dan target.",
        "One promised result with indicators and targets.")),
    ("Penyelarasan", "alignment", Text(
        "Setiap hasil menunjuk hasil atasan atau sasaran organisasi yang didukungnya.",
        "Each result points to the superior's result or the goal that it serves.")),
    ("Pejabat penilai", "rater", Text(
        "Atasan langsung atau pejabat yang diberi wewenang menetapkan dan menilai.",
        "The direct superior or an official with delegated authority, who sets and rates.")),
    ("Atasan pejabat penilai", "rater's superior", Text(
        "Memutuskan bila pegawai dan penilai tidak sepakat.", "Decides when employee and rater disagree.")),
    ("Tim pengelola kinerja", "performance team", Text(
        "Mereviu rencana sebelum ditetapkan.", "Reviews plans before they are set.")),
    ("Plh", "acting while the official is absent", Text(
        "Pelaksana harian bagi pejabat yang berhalangan sementara.", "Stands in for an official who is away.")),
    ("Plt", "acting in a vacant post", Text(
        "Pelaksana tugas pada jabatan yang kosong.", "Acts in a post that is vacant.")),
    ("Ditetapkan", "in force", Text(
        "Rencana berlaku dan menjadi dasar penilaian.", "The plan counts and is what one is rated by.")),
    ("Dikembalikan", "returned", Text(
        "Diperbaiki pegawai lalu diajukan lagi; alasannya tertulis.",
        "The employee corrects and resubmits; the reason is written down.")),
    ("Hari kerja", "working day", Text(
        "Senin–Jumat tanpa hari libur, cuti bersama, dan hari libur daerah.",
        "Monday to Friday without holidays, joint leave and local holidays.")),
    ("Jejak audit", "audit log", Text(
        "Catatan setiap tindakan yang hanya dapat ditambah dan dapat diperiksa keutuhannya.",
        "The record of every act; it only grows and can be checked.")),
)
