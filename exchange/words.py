"""Words from which fictitious persons, companies and places are named, with their Urdu spelling where used.

Common names are combined at random, so that a person who has one of them by chance is not meant; company
names are made of invented syllables. Not its business: what is done with them (exchange/fiction.py and
exchange/benchmark.py).
"""

from functools import lru_cache

_GIVEN = """
Aamir عامر|Abdullah عبداللہ|Abida عابدہ|Adeel عدیل|Adnan عدنان|Afshan افشاں|Ahsan احسن
Aiman ایمن|Aleena علینہ|Ali علی|Alia عالیہ|Amina آمنہ|Ammar عمار|Anam انعم|Arooj عروج
Arsalan ارسلان|Asad اسد|Asma اسماء|Atif عاطف|Ayesha عائشہ|Azhar اظہر|Babar بابر|Bilal بلال
Bushra بشریٰ|Danish دانش|Daniyal دانیال|Dua دعا|Ehsan احسان|Faisal فیصل|Faiza فائزہ
Farah فرح|Farhan فرحان|Fariha فریحہ|Fatima فاطمہ|Fawad فواد|Ghazala غزالہ|Haider حیدر
Hamza حمزہ|Hareem حریم|Haris حارث|Hina حنا|Humaira حمیرا|Huma ہما|Ibrahim ابراہیم
Imran عمران|Iqra اقراء|Irfan عرفان|Jamal جمال|Javeria جویریہ|Junaid جنید|Kamran کامران
Kashif کاشف|Khadija خدیجہ|Khalid خالد|Kinza کنزہ|Kiran کرن|Laiba لائبہ|Lubna لبنیٰ|Maha ماہا
Mahnoor ماہ نور|Mahira ماہرہ|Mariam مریم|Mehwish مہوش|Moiz معیز|Mubashir مبشر|Nabeel نبیل
Nadia نادیہ|Naila نائلہ|Nasir ناصر|Nida ندا|Nimra نمرہ|Noman نعمان|Obaid عبید|Omar عمر
Osama اسامہ|Qasim قاسم|Rabia رابعہ|Rameen رامین|Rashid راشد|Rida ردا|Rizwan رضوان|Saad سعد
Saba صبا|Sadaf صدف|Saima صائمہ|Salman سلمان|Sana ثناء|Sania ثانیہ|Shahid شاہد|Shazia شازیہ
Sidra سدرہ|Sohail سہیل|Taimur تیمور|Tariq طارق|Tooba طوبیٰ|Umair عمیر|Usman عثمان
Waleed ولید|Yasir یاسر|Zainab زینب|Zara زارا|Zeeshan ذیشان|Zubair زبیر
"""
_FAMILY = """
Abbasi عباسی|Afridi آفریدی|Ahmed احمد|Akhtar اختر|Alvi علوی|Ansari انصاری|Anwar انور
Arain آرائیں|Aslam اسلم|Awan اعوان|Aziz عزیز|Baig بیگ|Baloch بلوچ|Bangash بنگش|Bashir بشیر
Bhatti بھٹی|Bhutta بھٹہ|Bugti بگٹی|Butt بٹ|Chandio چانڈیو|Chaudhry چوہدری|Cheema چیمہ
Dar ڈار|Dogar ڈوگر|Durrani درانی|Farooqi فاروقی|Gardezi گردیزی|Ghauri غوری|Gichki گچکی
Gilani گیلانی|Gondal گوندل|Gujjar گجر|Haider حیدر|Hameed حمید|Hanif حنیف|Haq حق|Hussain حسین
Iqbal اقبال|Ismail اسماعیل|Jadoon جدون|Jafri جعفری|Jamali جمالی|Janjua جنجوعہ|Jatoi جتوئی
Javed جاوید|Junejo جونیجو|Kakar کاکڑ|Kamal کمال|Karim کریم|Kazmi کاظمی|Khan خان|Khattak خٹک
Khokhar کھوکھر|Khoso کھوسو|Kiani کیانی|Kundi کنڈی|Laghari لغاری|Lashari لاشاری|Lodhi لودھی
Mahar مہر|Mahmood محمود|Malik ملک|Marri مری|Memon میمن|Mengal مینگل|Minhas منہاس|Mirza مرزا
Mughal مغل|Naqvi نقوی|Nawaz نواز|Niazi نیازی|Orakzai اورکزئی|Palijo پلیجو|Pasha پاشا
Qazi قاضی|Qureshi قریشی|Rafiq رفیق|Raja راجہ|Rana رانا|Rashid رشید|Raza رضا|Rehman رحمان
Rind رند|Rizvi رضوی|Saeed سعید|Saleem سلیم|Sandhu سندھو|Sethi سیٹھی|Shah شاہ|Shaikh شیخ
Sheikh شیخ|Siddiqui صدیقی|Soomro سومرو|Syed سید|Tanoli تنولی|Tareen ترین|Wattoo وٹو
Yousafzai یوسفزئی|Zaidi زیدی|Zaman زمان
"""


def _spelled(text: str) -> dict[str, str]:
    pairs = (entry.partition(" ") for line in text.split("\n") for entry in line.split("|") if entry)
    return {latin: urdu for latin, _, urdu in pairs}


URDU_GIVEN = _spelled(_GIVEN)
"""Given names in Latin letters -> in Urdu."""
URDU_FAMILY = _spelled(_FAMILY)
"""Family names in Latin letters -> in Urdu."""
GIVEN = tuple(URDU_GIVEN)
FAMILY = tuple(URDU_FAMILY)
MIDDLE = tuple(dict.fromkeys(GIVEN + tuple(f"{name}-ul-Haq" for name in GIVEN[:50]) + FAMILY[:50]))

_FIRST = "Zar Meh Qal Sin Kar Rav Che Jhe Bol Hun Nil Tar Ark Vel Luz Orq Fyn Dex Syl Tav Ulm Wex Yol Ziv Bru"
_SECOND = "ova ezko andra omi atek ura ento avi ista oria umbra elia enti orra ynk aro iva onda esta yra"
STEMS = tuple(first + second for second in _SECOND.split() for first in _FIRST.split())
"""Invented company names of one word."""

BUSINESSES: dict[str, tuple[str, ...]] = {
    "E_COMMERCE": ("Bazaar", "Market", "Cart"),
    "FINTECH": ("Pay", "Ledger", "Credit"),
    "HEALTH_TECH": ("Health", "Clinic", "Care"),
    "ED_TECH": ("Learning", "Tutors", "Classroom"),
    "LOGISTICS": ("Freight", "Delivery", "Cargo"),
    "AGRI_TECH": ("Harvest", "Fields", "Orchard"),
    "AI": ("Intelligence", "Vision", "Cognition"),
    "CYBERSECURITY": ("Shield", "Secure", "Sentinel"),
    "CLOUD": ("Cloud", "Hosting", "Compute"),
    "SOFTWARE": ("Software", "Systems", "Apps"),
    "GAMING": ("Games", "Play", "Arcade"),
    "TELECOM": ("Networks", "Telecom", "Signal"),
    "HARDWARE": ("Devices", "Circuits", "Silicon"),
    "CLEAN_TECH": ("Solar", "Water", "Energy"),
    "MEDIA": ("Studios", "Media", "Pictures"),
    "AEROSPACE": ("Aero", "Drones", "Orbit"),
    "BIOTECH": ("Bio", "Genomics", "Therapeutics"),
    "GOV_TECH": ("Civic", "Registry", "Services"),
}
"""What a company of a vertical calls its business, by the vertical's code (models/seed.py)."""
FORMS = ("Labs", "Works", "Group", "Partners", "Collective", "Solutions", "Ventures", "Technologies")

CITIES: dict[str, tuple[str, float, float]] = {
    "Karachi": ("PK-SD", 24.8608, 67.0104),
    "Hyderabad": ("PK-SD", 25.39689, 68.37718),
    "Jamshoro": ("PK-SD", 25.43608, 68.28017),
    "Sukkur": ("PK-SD", 27.70323, 68.85889),
    "Lahore": ("PK-PB", 31.558, 74.35071),
    "Faisalabad": ("PK-PB", 31.41554, 73.08969),
    "Rawalpindi": ("PK-PB", 33.59733, 73.0479),
    "Multan": ("PK-PB", 30.19679, 71.47824),
    "Sialkot": ("PK-PB", 32.49268, 74.53134),
    "Islamabad": ("PK-IS", 33.72148, 73.04329),
    "Peshawar": ("PK-KP", 34.008, 71.57849),
    "Haripur": ("PK-KP", 33.99783, 72.93493),
    "Quetta": ("PK-BA", 30.18414, 67.00141),
    "Mirpur": ("PK-JK", 33.14782, 73.75187),
    "Gilgit": ("PK-GB", 35.91869, 74.31245),
}
"""Cities with their subdivision (ISO 3166-2), latitude and longitude."""

JOBS = (
    "Software Engineer",
    "Senior Software Engineer",
    "Data Scientist",
    "Machine Learning Engineer",
    "Product Manager",
    "Security Analyst",
    "Cloud Architect",
    "Quality Engineer",
    "Hardware Engineer",
    "Business Analyst",
    "Designer",
    "Head of Engineering",
    "Chief Technology Officer",
)
ACADEMIC_JOBS = (
    "Lecturer",
    "Assistant Professor",
    "Associate Professor",
    "Professor",
    "Research Fellow",
    "Director of Innovation and Commercialization",
)
DEGREES = (
    "BS Computer Science",
    "BE Electrical Engineering",
    "BE Software Engineering",
    "BBA",
    "BS Data Science",
    "BS Biotechnology",
)
HIGHER_DEGREES = ("MS Computer Science", "MS Data Science", "MBA", "PhD Computer Science", "PhD Engineering")


@lru_cache(maxsize=1)
def business_words() -> tuple[tuple[str, str], ...]:
    """Pairs (vertical, word), word by word through the verticals."""
    return tuple((vertical, words[place]) for place in range(3) for vertical, words in BUSINESSES.items())
