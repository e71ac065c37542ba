# جُمل التطبيق في المتصفح. قصيرة وبسيطة وصادقة: لا يُدّعى شيء لم يتحقق منه التطبيق.

app-name = Alcove
title-page = { $title } · Alcove
title-unread = ({ $count }) Alcove

## Words used everywhere
add = إضافة
all = الكل
back = رجوع
cancel = إلغاء
close = إغلاق
copy = نسخ
copied = تم النسخ
copy-failed = تعذّر النسخ
delete = حذف
edit = تعديل
find = بحث
loading = جارٍ التحميل…
next = التالي
remove = إزالة
save = حفظ
send = إرسال
share = مشاركة
show = عرض
try-again = حاول مرة أخرى
undo = تراجع
working = لحظة…
today = اليوم
yesterday = أمس
moment = { $date }، { $time }
you = أنت
you-object = أنت
you-prefix = أنت:
somebody = شخص ما
and-others = { $count ->
    [one] شخص آخر
    [two] شخصان آخران
    [few] { $count } آخرون
   *[other] { $count } آخرين
}
days = { $count ->
    [one] يوم واحد
    [two] يومان
    [few] { $count } أيام
   *[other] { $count } يومًا
}

## The list of chats
chats = المحادثات
chats-empty = لا محادثات بعد. ابدأ واحدة بالقلم في الأعلى.
chat-without-name = محادثة
new-chat = محادثة جديدة
settings = الإعدادات
search = بحث
requests = الطلبات
request-empty = لا طلبات.
pinned = المثبّتة
archive = الأرشيف
archived-empty = لا شيء في الأرشيف.
back-to-chats = العودة إلى المحادثات
draft = مسودة:
muted = مكتومة
mentioned = ذُكِر اسمك
unread = { $count ->
    [one] رسالة جديدة واحدة
    [two] رسالتان جديدتان
    [few] { $count } رسائل جديدة
   *[other] { $count } رسالة جديدة
}
not-encrypted = غير مشفّرة
splitter = عرض القائمة
messages = الرسائل
found = { $count ->
    [0] لم يُعثر على شيء
    [one] نتيجة واحدة
    [two] نتيجتان
    [few] { $count } نتائج
   *[other] { $count } نتيجة
}
found-nothing = لم يُعثر على شيء. لا يمكن البحث إلا فيما هو على هذا الجهاز.
find-address = ابحث عن { $handle }
welcome-inviter = ستُفتح محادثتك مع { $name } حالما يرى أحد أجهزته أنك هنا.
welcome-first = هذا مكانك. بماذا تودّ أن تبدأ؟
welcome-choose = اختر محادثة أو ابدأ واحدة جديدة.
card-invite = ادعُ شخصًا
card-invite-text = برابط أو برمز للمسح
card-device = أضف جهازًا ثانيًا
card-device-text = كي لا يكون ضياع هاتف واحد نهاية الأمر
card-safe = احمِ هذا الجهاز
card-safe-text = اختر عبارة مرور لرسائله

## Lines above everything
bar-offline = غير متصل. ستُرسل الرسائل لاحقًا.
bar-offline-waiting = { $count ->
    [one] غير متصل. ستُرسل رسالة واحدة عند عودة الاتصال.
    [two] غير متصل. ستُرسل رسالتان عند عودة الاتصال.
    [few] غير متصل. ستُرسل { $count } رسائل عند عودة الاتصال.
   *[other] غير متصل. ستُرسل { $count } رسالة عند عودة الاتصال.
}
bar-busy = خادمك مشغول. سنحاول مرة أخرى تلقائيًا.
bar-busy-until = خادمك مشغول. سنحاول مرة أخرى تلقائيًا ({ $detail }).
bar-signed-out = سُجّل خروج هذا الجهاز. يمكنك قراءة ما هنا، لكن لا يصل جديد.
bar-storage-full = لم يبقَ مكان على هذا الجهاز. لا يمكن حفظ جديد حتى تُفرغ مكانًا.
bar-storage-at-risk = قد يحذف متصفحك رسائلك حين يحتاج إلى مكان.
bar-more = ماذا أفعل؟
bar-later = ليس الآن
bar-clock-ahead = ساعة هذا الجهاز متقدمة { $minutes } دقيقة. اضبطها من فضلك، وإلا فقد تُرفض رسائل.
bar-clock-behind = ساعة هذا الجهاز متأخرة { $minutes } دقيقة. اضبطها من فضلك، وإلا فقد تُرفض رسائل.

## A conversation
conversation = المحادثة
chat-actions = المزيد عن هذه المحادثة
message-actions = المزيد عن هذه الرسالة
search-chat = بحث في هذه المحادثة
who-can-read = من يستطيع قراءة هذا؟
info = عن هذه المحادثة
info-show = عرض التفاصيل
info-hide = إخفاء التفاصيل
new-messages = رسائل جديدة
jump = إلى أحدث رسالة
jump-new = { $count ->
    [one] إلى أحدث رسالة، واحدة جديدة
    [two] إلى أحدث رسالة، اثنتان جديدتان
   *[other] إلى أحدث رسالة، { $count } جديدة
}
arrived-many = رسائل جديدة: { $count }
say-hello = ألقِ التحية على { $name }.
wave = تلويح
encrypted-sentence = الرسائل مشفّرة من طرف إلى طرف. تستطيع الخوادم أن ترى من يكتب لمن ومتى.
status-leaving = جارٍ الخروج…
status-over = انتهت
status-waiting = في انتظار { $server }
not-encrypted-sentence = غير مشفّرة.
operators-read = { $count ->
    [one] يستطيع مشغّلو { $servers } قراءة هذا.
   *[other] يستطيع مشغّلو { $servers } قراءة هذا.
}
mixed = يستخدم بعض الأشخاص هنا تطبيقًا آخر. قد لا يدعم كل شيء.
key-changed = يستخدم { $name } مفتاح هوية جديدًا. يعني هذا عادةً هاتفًا جديدًا وضياع مفتاح الاستعادة.
standing-leaving = أنت تغادر هذه المحادثة.
standing-over = لم تعد في هذه المحادثة. ما لديك يبقى هنا.
standing-read-only = هذه المحادثة للقراءة فقط.

## Messages
edited = معدّلة
deleted = حُذفت هذه الرسالة.
unsupported = تحتاج هذه الرسالة إلى إصدار أحدث من التطبيق.
quote-missing = الرسالة المجاب عنها ليست على هذا الجهاز.
kind-picture = صورة { $name }
kind-voice = رسالة صوتية { $name }
kind-file = ملف { $name }
file = ملف
show-all = عرض الكل ({ $count } حرفًا)
held = { $count ->
    [one] ملف واحد
    [two] ملفان
    [few] { $count } ملفات
   *[other] { $count } ملفًا
}
picture-broken = لا يمكن عرض هذه الصورة.
voice-broken = لا يمكن تشغيل هذه الرسالة الصوتية.
voice-position = الموضع
play = تشغيل
pause = إيقاف مؤقت
react = تفاعل
reactions = التفاعلات
reaction-by = من { $names }
reactions-more = و{ $count } غيرها
emoji = رموز تعبيرية
reply = رد
delivery = من وصلته؟
delivery-sent = كُتبت في { $moment }
delivery-queued = تنتظر التسليم
delivery-delivered = سُلّمت إلى الخادم
delivery-failed = لم تُسلَّم
delivery-read = قُرئت
delivery-none = لم يعد يُعرف شيء عن ذلك.
delete-everyone = حذف لدى الجميع
delete-title = حذف لدى الجميع؟
delete-text = تختفي الرسالة من كل جهاز يلتزم بالقواعد. ربما قرأها أحد أو نسخها من قبل.
discard-title = حذف هذه الرسالة؟
discard-text = لم تُرسل. سيضيع نصها وملفاتها.
failed = لم تُرسل.
failed-because = لم تُرسل: { $detail }
state-waiting = تنتظر الإرسال، { $time }
state-sending = تُرسل الآن، { $time }
state-sent = أُرسلت { $time }
state-delivered = سُلّمت إلى الخادم { $time }
state-read = { $of ->
    [one] أُرسلت { $time }، قُرئت
   *[other] أُرسلت { $time }، قرأها { $by } من { $of }
}
state-failed = لم تُرسل
label-author = { $author }، { $time }
label-event = { $text }، { $time }
label-reply = ردًّا على: { $excerpt }
label-reactions = التفاعلات: { $list }
label-picture = صورة: { $name }، { $size }
label-file = ملف: { $name }، { $size }
label-voice = رسالة صوتية، { $duration }

## Events in a conversation
short-added = أُضيف شخص
short-removed = أُزيل شخص
short-left = غادر شخص
short-renamed = تغيّر الاسم
short-device-changed = تغيّر جهاز
short-identity-changed = تغيّر مفتاح هوية
short-joined = أُضفتَ إلى المحادثة
short-continued = المحادثة مستمرة
short-policy = تغيّرت القواعد
short-ended = انتهت المحادثة
event-added = { $who ->
    [you] أضفتَ { $about }.
   *[other] أضاف { $by }: { $about }.
}
event-removed = { $who ->
    [you] أزلتَ { $about }.
   *[other] أزال { $by }: { $about }.
}
event-left = { $who ->
    [you] غادرتَ.
   *[other] غادر { $by }.
}
event-joined = { $who ->
    [you] انضممتَ.
   *[other] أضافك { $by }.
}
event-renamed = { $who ->
    [you] سمّيتَ هذه المحادثة «{ $text }».
   *[other] سمّى { $by } هذه المحادثة «{ $text }».
}
event-device-changed = { $who ->
    [you] غيّرتَ جهازًا: { $text }
   *[other] غيّر { $by } جهازًا: { $text }
}
event-identity-changed = يستخدم { $by } مفتاح هوية جديدًا.
event-continued = { $who ->
    [you] واصلتَ هذه المحادثة هنا.
   *[other] واصل { $by } هذه المحادثة هنا.
}
event-policy = تغيّرت قواعد الخادم: { $text }
event-ended = انتهت هذه المحادثة.

## Writing
composer = كتابة رسالة
message-to = رسالة إلى { $name }
attach = إرفاق ملف
record = تسجيل رسالة صوتية
recording = تسجيل
record-cancel = تجاهل التسجيل
record-done = إنهاء التسجيل
no-microphone = لا يمكن استخدام الميكروفون. اسمح به في المتصفح من فضلك.
send-unencrypted = إرسال بلا تشفير
save-edit = حفظ التعديل
editing = تعديل الرسالة
edit-cancel = ترك التعديل
replying = رد على { $name }
reply-cancel = ترك الرد
tray = ملفات ستُرسل
preparing = جارٍ التحضير…
uploading = جارٍ الرفع: { $done } من { $total }
upload-waits = في انتظار الرفع
stop-upload = إيقاف
loading-part = جارٍ التحميل: { $done } من { $total }
stop-loading = إيقاف التحميل
take-out = إخراج { $name }
remove-metadata = إزالة الموقع وبيانات الكاميرا من الصور
remove-metadata-but = إزالة الموقع وبيانات الكاميرا من الصور؛ وتبقى في الملفات الأخرى
file-too-large = كبير جدًا: { $limit } على الأكثر
text-too-long = طويل جدًا: { $count } حرفًا، والحد { $limit }. أرسله كملف من فضلك.
mention-people = أشخاص لذكرهم
draft-kept = مسودتك محفوظة:

## What is in the way
obstacle = ما يمنع الكتابة
obstacle-unverified = الكتابة متوقفة: تعذّر التحقق من جهاز لدى { $names }. إن أرسلتَ، فسيستطيع القراءة.
obstacle-waiting-for-server = في انتظار { $server }. يمكنك القراءة والكتابة؛ أما تغيير الأشخاص فيأتي لاحقًا.
obstacle-waiting-for-keys = ليس لدى { $name } جهاز هنا بعد. تستطيع الكتابة حالما يوجد واحد.
obstacle-cannot-go-on = لا يمكن أن تستمر المحادثة كما هي.
why-silent = لم يجب خادمها منذ ثلاثة أيام. ما زالت الرسائل تصل. يمكنك المواصلة على خادمك.
why-apart = ربما فقد أحدهم الاتصال بها. يمكنك بدؤها من جديد مع الجميع.
why-unappliable = توقفت عند تغيير لا يمكن تطبيقه. يمكنك المواصلة من دونه.
why-forgotten = نسي خادمها أين كانت. يمكنك المواصلة على خادمك.
why-lost = فاتت هذا الجهاز تغييرات. ينتظر حتى يضيفه جهاز آخر لك من جديد. إن لم يكن لديك غيره فاطلب من أحدهم في المحادثة أن يزيلك ثم يضيفك.
why-forked = قال خادمها للناس أشياء مختلفة، وربما تنقص رسائل. المواصلة تجمع الجميع من جديد.
obstacle-continuation = واصل { $name } هذه المحادثة من جديد، مع أن القديمة تبدو سليمة. لا يُرسل شيء هنا حتى توافق.
obstacle-rejoin = فقد هذا الجهاز مكانه في هذه المحادثة. يطلب منه { $name } أن ينضم من جديد. يبقى سجلك.
obstacle-policy = قواعد خادمك لا تسمح بالكتابة هنا: { $policy }. ما كُتب يبقى مقروءًا.
go-on = مواصلة المحادثة
go-on-there = المواصلة هنا
rejoin = الانضمام من جديد
send-anyway = الإرسال رغم ذلك
send-anyway-text = يستطيع كل جهاز في هذه المحادثة قراءة ما تكتب، ومنها جهاز { $names } الذي تعذّر التحقق منه. من الآن هو مقبول.
remove-device = إزالة هذا الجهاز
remove-leaf-text = يُزال من هذه المحادثة جهاز { $names } الذي تعذّر التحقق منه. تبقى الأجهزة الأخرى.
identity-changed = تغيّرت هوية { $name } منذ أن تحققت منها. ربما يكتب غيره باسمه، أو لديه هاتف جديد.
identity-changed-since = تغيّرت هوية { $name } منذ أن تحققت منها في { $date }. ربما يكتب غيره باسمه، أو لديه هاتف جديد.
verify-again = تحقق من جديد
numbers-match = الأرقام متطابقة
trust-without = المتابعة بلا تحقق
trust-without-title = المتابعة مع { $name } بلا تحقق؟
trust-without-text = لم تتحقق من أن المفتاح الجديد يخص { $name }. الرسائل مشفّرة، لكن ليس مؤكدًا لمن.

## Who can read this?
readers-encrypted = الرسائل مشفّرة من طرف إلى طرف. تستطيع الخوادم أن ترى من يكتب لمن ومتى.
readers-count = { $people ->
    [one] شخص واحد
    [two] شخصان
    [few] { $people } أشخاص
   *[other] { $people } شخصًا
}، { $devices ->
    [one] جهاز واحد
    [two] جهازان
    [few] { $devices } أجهزة
   *[other] { $devices } جهازًا
}
readers-people = { $people ->
    [one] شخص واحد
    [two] شخصان
    [few] { $people } أشخاص
   *[other] { $people } شخصًا
}
readers-servers = { $count ->
    [one] الخادم: { $servers }
   *[other] الخوادم: { $servers }
}
readers-mixed = هنا أشخاص يستخدمون تطبيقات أخرى. خوادمهم تضمن مفاتيحهم.
readers-suspect = تعذّر التحقق من جهاز
devices-count = { $count ->
    [one] جهاز واحد
    [two] جهازان
    [few] { $count } أجهزة
   *[other] { $count } جهازًا
}
people-count = { $count ->
    [one] شخص واحد
    [two] شخصان
    [few] { $count } أشخاص
   *[other] { $count } شخصًا
}
trust-you = هذا أنت
trust-first-contact = لم يُتحقق. المفتاح هو الذي عرفناه عند أول اتصال.
trust-vouched-for-by-server = لم يُتحقق. الخادم يضمن المفاتيح.
trust-verified-invitation = تم التحقق بدعوة، { $date }
trust-verified-comparison = تم التحقق وجهًا لوجه، { $date }
trust-invited = جاء بدعوة لا تثبت شيئًا عن المفتاح
trust-changed-first = يستخدم مفتاح هوية جديدًا. لم يُتحقق.
trust-changed-verified = تغيّرت الهوية منذ أن تحققت منها
trust-none = لا مفاتيح نعرفها
person = شخص
person-server = حساب على { $server }
safety-number = رقم الأمان
safety-number-hint = قارن هذه الأرقام الستين مع { $name } وجهًا لوجه أو في مكالمة تثق بها. إن تطابقت لدى الطرفين، فلا أحد بينكما.
verified-now = تم التحقق من { $name }
write-to = الكتابة إلى { $name }
remove-from-chat = إزالة من هذه المحادثة

## People and chats: what is asked before
chosen = الأشخاص المختارون
address = العنوان
address-hint = مثل ana@example.org
known-people = أشخاص تعرفهم
start-chat = ابدأ المحادثة
start-group = ابدأ المجموعة
start-unencrypted = ابدأ محادثة غير مشفّرة
start-separate = ابدأ محادثة منفصلة غير مشفّرة
group-name = اسم المجموعة
group-name-hint = لا يراه إلا من في المجموعة.
new-encrypted = سيكون ما تكتبه مشفّرًا من طرف إلى طرف.
new-plain = { $count ->
    [one] لا يستطيع { $names } قراءة الرسائل المشفّرة.
   *[other] لا يستطيع { $names } قراءة الرسائل المشفّرة.
} لن تكون هذه المحادثة مشفّرة: يستطيع مشغّلو الخوادم المعنية ({ $servers }) قراءتها.
new-waiting = ليس لدى أحدهم جهاز جاهز بعد. تصله رسائلك حين يكون لديه واحد.
add-people = إضافة أشخاص
add-hint = يستطيعون قراءة كل ما يُكتب من الآن، ولا شيء مما قبله.
add-plain = { $count ->
    [one] لا يستطيع { $names } قراءة الرسائل المشفّرة.
   *[other] لا يستطيع { $names } قراءة الرسائل المشفّرة.
} لا تصير محادثة مشفّرة غير مشفّرة أبدًا. يمكنك بدء محادثة منفصلة.
rename = تغيير الاسم
rename-hint = يرى كل من في المحادثة الاسم الجديد، وأنه منك.
pin = تثبيت
unpin = إلغاء التثبيت
do-archive = أرشفة
unarchive = إخراج من الأرشيف
archived-done = نُقلت إلى الأرشيف
unarchived-done = عادت بين محادثاتك
mute = كتم
unmute = إلغاء الكتم
mute-legend = كم من الوقت؟
mute-hour = ساعة
mute-8-hours = 8 ساعات
mute-week = أسبوع
mute-always = دائمًا
mute-hint = تُبلَّغ مع ذلك حين يذكرك أحد.
block = حظر
block-title = حظر { $name }؟
block-text = لن تصلك كتابات منه بعد الآن، ولا يُبلَّغ بذلك. يمكنك التراجع في الإعدادات، ضمن «الخصوصية». في المجموعات يبقى كل منكما يرى رسائل الآخر.
blocked-done = تم حظر { $name }
unblock = إلغاء الحظر
unblock-name = إلغاء حظر { $name }
unblocked-done = يمكن أن يكتب إليك { $name } من جديد
leave = مغادرة المحادثة
leave-title = مغادرة «{ $name }»؟
leave-text = لن تصلك رسائل من هذه المحادثة. إن أردت العودة فعلى أحدهم أن يضيفك من جديد. ما لديك يبقى على هذا الجهاز.
remove-title = إزالة { $name }؟
remove-text = لن يستطيع { $name } قراءة شيء مما يُكتب بعد ذلك. ما هو على أجهزته يبقى هناك. يرى الجميع أنك من فعل.
request = طلب مراسلة
request-from = يريد { $name } ({ $handle }) أن يكتب لك.
request-group = يريد { $name } أن يضيفك إلى مجموعة.
request-inside = فيها: { $names }
request-unseen = لا يستطيع أن يرى أنك تقرأ هذا. الروابط معطّلة.
request-delete-title = حذف هذا الطلب؟
request-delete-text = تُحذف الرسائل من هذا الجهاز. لا يُبلَّغ المرسل.
accept = قبول

## Joining
join-title = يدعوك { $name } إلى { $server }
join-title-nobody = أنت مدعو إلى { $server }
join-server = الخادم
join-operator = من يشغّله
join-operator-unknown = لا يقول الخادم ذلك
join-policy = التشفير
join-proves = تثبت هذه الدعوة لكليكما من هو الآخر: سيرى { $name } وأنت بعضكما كمتحقق منهما.
join-expires = الدعوة صالحة حتى { $moment }.
join-start = انضمام
join-name-title = ما اسمك؟
your-name = اسمك
your-name-hint = كما يعرفك أهلك وأصدقاؤك. يمكنك تغييره لاحقًا.
your-handle = عنوانك
your-handle-hint = يكتب الناس إلى { $handle }. لا يتغيّر.
name-missing = اكتب اسمًا من فضلك.
handle-wrong = حروف صغيرة من a إلى z وأرقام و _ فقط، 30 على الأكثر.
join-password-title = اختر كلمة مرور
password = كلمة المرور
password-show = إظهار
password-hide = إخفاء
password-hint = { $least } حرفًا على الأقل. بضع كلمات تكفي. يستطيع متصفحك أن يصنع واحدة ويحفظها.
password-short = { $least } حرفًا على الأقل من فضلك.
join = انضمام
join-making-keys = تُصنع مفاتيحك…
join-keys = تُصنع مفاتيح رسائلك الآن على هذا الجهاز. لا تغادره أبدًا.
join-lost = إن ضاعت كل أجهزتك ضاعت رسائلك. كلمة المرور تعيد حسابك فقط.
policy-off = الرسائل غير مشفّرة: يستطيع مشغّلو الخوادم المعنية قراءتها.
policy-allowed = يمكن أن تكون الرسائل مشفّرة من طرف إلى طرف إن اختار الناس ذلك.
policy-default = الرسائل مشفّرة من طرف إلى طرف كلما استطاع ذلك كل من في المحادثة.
policy-required = كل الرسائل مشفّرة من طرف إلى طرف.
already-title = أنت هنا بالفعل
already-text = هذا المتصفح يخص { $handle }. الدعوة لمن ليس لديه حساب بعد.
open-app = فتح Alcove
invitation-loading = تُفتح الدعوة…
invitation-unreachable = تعذّر فتح الدعوة
invitation-expired = انتهت صلاحية هذه الدعوة
invitation-expired-text = اطلب دعوة جديدة ممن أرسلها إليك.
invitation-used = استُخدمت هذه الدعوة
invitation-used-text = الدعوة لشخص واحد. إن لم تكن أنت من استخدمها فأخبر من أرسلها إليك.
invitation-revoked = سُحبت هذه الدعوة
invitation-revoked-text = سحبها من صنعها. اطلب منه دعوة جديدة.
invitation-unknown = لا توجد دعوة كهذه
invitation-unknown-text = ربما ينقص الرابط جزء. انسخه كاملًا مع كل ما بعد علامة #، أو اطلب رابطًا جديدًا.
invitation-have-account = هل لديك حساب بالفعل؟

## Signing in, a second device
sign-in = تسجيل الدخول
sign-in-title = تسجيل الدخول إلى { $server }
name = الاسم
signing-in = جارٍ تسجيل الدخول…
sign-in-hint = يصبح هذا المتصفح جهازًا من أجهزتك. على جهاز آخر لك أن يوافق عليه قبل أن يستطيع قراءة محادثاتك.
sign-in-no-account = جديد هنا؟ تحتاج إلى دعوة: اطلبها ممن هو هنا بالفعل.
plain-pages = الصفحات البسيطة لهذا الخادم
device = جهاز
device-title = { $browser } على { $system }
waiting-title = وافق على هذا الجهاز من جهازك الآخر
waiting-how = على جهاز سجّلت دخولك فيه، افتح الإعدادات ← الأجهزة ← ربط جهاز.
waiting-digits = اكتب هناك هذه الأرقام:
waiting-for-device = في انتظار جهازك الآخر…
waiting-code = استخدام رمز بدلًا من ذلك
waiting-qr = رمز هذا الجهاز للمسح
waiting-code-text = امسحه بجهاز لك، أو اكتب هناك هذا النص:
waiting-warning = لا أحد غيرك، ولا حتى المشرف، يحتاج إلى هذا الرمز أو هذه الأرقام. من يحصل عليها يستطيع قراءة رسائلك.
waiting-leave = توقف وتسجيل الخروج
waiting-leave-text = يُنسى هذا الجهاز. يمكنك تسجيل الدخول لاحقًا.
confirm-title = ماذا يقول جهازك الآخر؟
confirm-text = تابع فقط إن قال جهازك الآخر إن الأرقام صحيحة.
confirm-yes = يقول إنها صحيحة
confirm-no = يقول شيئًا آخر
pairing-over = لم تتم الموافقة على هذا الجهاز
pairing-anew = حاول مرة أخرى
pairing-approved = تمت الموافقة على هذا الجهاز.
pairing-matched = الأرقام صحيحة. قل ذلك الآن على الجهاز الجديد.
pairing-scanned = الرمز صحيح. يتابع الجهاز الجديد وحده.
pairing-refused = رُفض.
pairing-expired = استغرق الأمر وقتًا طويلًا.
pairing-elsewhere = قرّر ذلك جهاز آخر لك.
pairing-mismatch = شيء ما لا يتطابق: ربما هناك أحد بينكما. حاول مرة أخرى، وإن تكرر ذلك فأخبر مشغّل خادمك.
pairing-asks = يريد جهاز جديد أن يُضاف.
pairing-asks-text = يسمّي نفسه «{ $title }». هل هذا أنت، وذلك الجهاز في يدك؟
pairing-look = اطّلع
pairing-it-is-me = هذا أنا
pairing-not-me = ليس أنا
pairing-digits = الأرقام على الجهاز الجديد
pairing-digits-hint = ستة أرقام. يعرضها الجهاز الجديد.
pairing-wrong = { $count ->
    [0] ليست هذه هي الأرقام.
    [one] ليست هذه هي الأرقام. بقيت محاولة واحدة.
    [two] ليست هذه هي الأرقام. بقيت محاولتان.
   *[other] ليست هذه هي الأرقام. بقيت { $count } محاولات.
}
link-device = ربط جهاز
link-warning = افعل هذا فقط إن كان الجهاز الآخر في يدك. لن نطلب منك أبدًا أن تمسح رمزًا. لا أحد غيرك، ولا حتى المشرف، يحتاج إلى واحد.
link-step-1 = على الجهاز الآخر، افتح { $address }.
link-step-2 = سجّل الدخول هناك باسمك وكلمة مرورك.
link-step-3 = يظهر هنا. اكتب عندئذ الأرقام الستة التي يعرضها، أو امسح رمزه.
link-waiting = في انتظار الجهاز الآخر…
link-by-code = استخدام رمز الجهاز الآخر
link-code = الرمز
link-code-hint = النص تحت الصورة على الجهاز الآخر.
link-it = ربط
link-scan = مسح رمزه بالكاميرا
link-read = قُرئ الرمز. في انتظار الجهاز الآخر…
scan-title = مسح الرمز
scan-hint = وجّه الكاميرا إلى صورة الرمز الذي يعرضه الجهاز الآخر. ما تراه الكاميرا يبقى على هذا الجهاز.
scan-picture = ما تراه الكاميرا
scan-starting = الكاميرا قيد التشغيل. قد يسألك المتصفح أولًا.
scan-looking = جارٍ البحث عن رمز…
scan-foreign = ليس هذا رمزًا لجهاز جديد.
scan-none = لا توجد كاميرا هنا.
scan-refused = لا يُسمح باستخدام الكاميرا. اسمح بها في المتصفح من فضلك.
scan-busy = لا يمكن استخدام الكاميرا الآن. ربما يستخدمها برنامج آخر.
scan-stopped = توقفت الكاميرا.
scan-failed = الكاميرا لا تعمل.
scan-unloaded = تعذّر تحميل الجزء الذي يقرأ الرموز من التطبيق. هل أنت متصل بالإنترنت؟
scan-instead = يمكن ذلك دون كاميرا أيضًا: اكتب النص الذي تحت الرمز، أو الأرقام الستة.

## Locked, stopped, not possible
locked-title = مقفل
passphrase = عبارة المرور
unlock = فتح القفل
unlocking = جارٍ فتح القفل…
elsewhere-title = Alcove مفتوح في تبويب آخر
elsewhere-text = لا يعمل إلا تبويب واحد في الوقت نفسه. أغلق الآخر فيتابع هذا وحده.
unsupported-title = لا يستطيع هذا المتصفح تشغيل Alcove
unsupported-no-webcrypto = ليست لديه هنا أدوات التشفير. يجب فتح الصفحة عبر https.
unsupported-no-storage = لا يحفظ شيئًا. هكذا هي النوافذ الخاصة التي تنسى المفاتيح والرسائل عند إغلاقها: استخدم نافذة عادية من فضلك.
unsupported-no-locks = هو أقدم من أن يمنع تبويبين من الكتابة معًا. حدّثه من فضلك.
unsupported-no-wasm = لا يشغّل WebAssembly. حدّثه من فضلك أو اسمح به في إعداداته.
unsupported-hint = تعمل الإصدارات الحالية من Firefox وChrome وEdge وSafari.
stopped-removed-title = أُزيل هذا الجهاز
stopped-removed = أُزيل من حسابك. لا يستطيع قراءة جديد.
stopped-copied-title = نُسخ هذا الجهاز أو استُعيد
stopped-copied = بياناته أقدم مما أرسله من قبل، أو تُستخدم في مكان آخر. المتابعة ليست آمنة، لذلك يتوقف هنا.
stopped-signed-out-title = سُجّل خروجك
stopped-signed-out = أُنهيت جلسة هذا الجهاز، منك أو من خادمك.
stopped-damaged-title = بيانات هذا الجهاز تالفة
stopped-damaged = بعض ما حُفظ هنا ناقص أو تغيّر. التطبيق لا يخمّن، لذلك يتوقف هنا.
stopped-evicted-title = حذف متصفحك البيانات
stopped-evicted = ذهبت رسائل هذا الجهاز ومفاتيحه. يُعدّ هذا جهازًا ضائعًا: سجّل الدخول من جديد ووافق عليه من جهاز آخر.
stopped-other-title = حدث خطأ ما
stopped-other = توقف التطبيق. لم يضع شيء مما تأكّد. كثيرًا ما تنفع إعادة التحميل.
server-said = ما نعرفه:
reload = إعادة التحميل
sign-in-anew = تسجيل الدخول من جديد
wipe = حذف وتسجيل الدخول
wipe-title = حذف ما على هذا الجهاز؟
wipe-text = تضيع الرسائل التي على هذا الجهاز وحده. بعدها يمكنك تسجيل الدخول كجهاز جديد.

## Settings
settings-choose = اختر إعدادًا.
settings-devices = الأجهزة
settings-invitations = الدعوات
settings-notifications = الإشعارات
settings-privacy = الخصوصية
settings-looks = المظهر واللغة
settings-security = الأمان
sign-out = تسجيل الخروج
sign-out-title = تسجيل الخروج وحذف ما هنا؟
sign-out-text = تُحذف كل الرسائل والمفاتيح على هذا الجهاز. إن كان جهازك الوحيد ضاعت رسائلك.
keys = لوحة المفاتيح
devices-hint = لكل جهاز مفاتيحه، وهو عضو في محادثاتك بنفسه.
device-this = هذا الجهاز
device-pending = لم تتم الموافقة بعد
device-seen = آخر ظهور { $moment }
device-since = منذ { $date }
device-actions = المزيد عن { $title }
device-rename = تغيير الاسم
device-name = اسم الجهاز
device-remove = إزالة
device-remove-title = إزالة «{ $title }»؟
device-remove-why = لماذا؟
device-retired = لم أعد أستخدمه
device-lost = ضاع، أو ربما هو لدى غيري
device-retired-text = لا يستطيع قراءة شيء مما يُكتب بعد ذلك. ما لديه يبقى فيه.
device-lost-text = لا يستطيع قراءة شيء مما يُكتب بعد ذلك. ويُستبدل مفتاح هويتك أيضًا، وتعلم جهات اتصالك أنه تغيّر. ما لدى الجهاز يبقى فيه.
device-removed = أُزيل { $title }
lost-device = إن ضاع منك جهاز
lost-device-text = إن كان لديك جهاز آخر فلا تخسر شيئًا: أزل الضائع منه. وإلا فكلمة مرورك تعيد حسابك لا رسائلك، وترى جهات اتصالك أن هويتك تغيّرت. ليست على الخادم نسخة نستطيع قراءتها.
invitations-hint = كل رابط لشخص واحد. يثبت لكليكما من هو الآخر.
invite = ادعُ شخصًا
invite-make = صنع رابط
invite-made = دعوة
invite-name = لمن هي؟
invite-name-hint = يستطيع تغييره. لا يراه إلا هو وأنت.
invite-days = صالحة لمدة
invite-give = أعطِ هذا للشخص، والأفضل وجهًا لوجه أو عبر ما تثق به.
invite-give-name = أعطِ هذا إلى { $name }، والأفضل وجهًا لوجه أو عبر ما تثق به.
invite-qr = الدعوة كرمز للمسح
invite-once = تعمل مرة واحدة حتى { $moment }. لا تُعرض إلا الآن.
copy-link = نسخ الرابط
invitations-none = لم تدعُ أحدًا بعد.
invitation-for-anyone = دعوة
own-invitation-open = مفتوحة حتى { $moment }
own-invitation-expired = انتهت في { $moment }
own-invitation-used = استُخدمت
own-invitation-revoked = سُحبت
revoke = سحب
revoke-title = سحب هذه الدعوة؟
revoke-text = يتوقف الرابط عن العمل فورًا.
notifications-on = الإشعارات
notifications-honest = تُبلَّغ ما دام Alcove مفتوحًا، وفي الخلفية أيضًا. حين يكون مغلقًا لا يصل شيء إلى هنا.
notifications-show = ما تعرضه
notifications-all = الاسم والنص
notifications-name = الاسم فقط
notifications-none = أن هناك جديدًا فقط
notifications-mute = يمكنك كتم محادثات بعينها من قائمتها.
notifications-denied = متصفحك لا يسمح بالإشعارات. يمكنك تغيير ذلك في إعداداته.
notification-new = رسالة جديدة
receipts = إظهار متى قرأتُ
receipts-hint = يرى الآخرون متى قرأت رسائلهم. أما الطلبات فلا تُظهر ذلك أبدًا.
blocked = المحظورون
blocked-hint = لا تصلك رسائل منهم، ولا يُبلَّغون بذلك.
blocked-none = لم تحظر أحدًا.
privacy-always = هكذا دائمًا
privacy-typing = لا يعلم أحد أنك تكتب الآن.
privacy-previews = لا تُفتح الروابط حتى تفتحها أنت.
privacy-metadata = يُزال الموقع وبيانات الكاميرا من الصور ما لم ترد غير ذلك.
privacy-servers = تستطيع الخوادم أن ترى من يكتب لمن ومتى وكم.
theme = الألوان
theme-system = كالنظام
theme-light = فاتح
theme-dark = داكن
language = اللغة
language-browser = كالمتصفح
enter-sends = مفتاح Enter يرسل
enter-sends-hint = وإلا فهو يبدأ سطرًا جديدًا، ويرسل Ctrl+Enter.
passphrase-is = تُطلب عبارة مرور عند بدء التطبيق.
passphrase-none = لا عبارة مرور: من يستطيع استخدام هذا المتصفح يستطيع قراءة رسائلك.
passphrase-copied = تُحفظ الرسائل مشفّرة. بلا عبارة مرور يكون المفتاح في ملف المتصفح نفسه: من ينسخ الملف يستطيع قراءتها. لا يحمي من ذلك إلا عبارة مرور.
passphrase-choose = اختيار عبارة مرور
passphrase-change = تغيير عبارة المرور
passphrase-take = إلغاء عبارة المرور
passphrase-current = عبارة المرور الحالية
passphrase-new = عبارة المرور الجديدة
passphrase-hint = خمس كلمات عشوائية تكفي. لا أحد يستطيع إعادة ضبطها: إن نسيتها ضاع ما على هذا الجهاز.
passphrase-short = { $least } حرفًا على الأقل من فضلك.
passphrase-working = جارٍ القفل…
passphrase-set = وُضعت عبارة المرور
passphrase-taken = أُلغيت عبارة المرور
password-change = تغيير كلمة المرور
password-current = كلمة المرور الحالية
password-new = كلمة المرور الجديدة
password-changed = تغيّرت كلمة المرور
storage = التخزين
storage-kept = وعد متصفحك بحفظ بيانات هذا التطبيق.
storage-not-kept = قد يحذف متصفحك بيانات هذا التطبيق حين يحتاج إلى مكان أو حين لا تأتي طويلًا. ثبّت التطبيق أو أضفه إلى الشاشة الرئيسية، وأضف جهازًا ثانيًا.
about-app = ما يستطيع هذا التطبيق أن يعد به
about-app-text = جاء هذا التطبيق من { $server }. من يستولي على ذلك الخادم يستطيع تغيير التطبيق الذي تحمّله في المرة القادمة. للحماية حتى عندئذ، استخدم تطبيق سطح المكتب أو الطرفية، أو متصفحًا فيه WEBCAT.

## Keys
key-previous = المحادثة السابقة
key-next = المحادثة التالية
key-previous-unread = المحادثة السابقة غير المقروءة
key-next-unread = المحادثة التالية غير المقروءة
key-number = محادثة بحسب موضعها
key-new = محادثة جديدة
key-search = بحث
key-search-chat = بحث في هذه المحادثة
key-composer = كتابة
key-newest = أحدث رسالة
key-reply = الرد على رسالة
key-react = التفاعل مع رسالة
key-delete = حذف رسالتك
key-attach = إرفاق ملف
key-settings = الإعدادات
key-sheet = هذه الصفحة
key-regions = الجزء التالي من النافذة
key-edit-last = تعديل رسالتك الأخيرة
key-send = إرسال

## What was refused
error-other = لم ينجح ذلك. حاول مرة أخرى من فضلك.
error-quoted = { $sentence } («{ $detail }»)
error-offline = لا اتصال. حاول لاحقًا من فضلك.
error-locked = التطبيق مقفل.
error-wrong-password = الاسم أو كلمة المرور غير صحيح.
error-wrong-passphrase = عبارة المرور غير صحيحة.
error-too-many = محاولات كثيرة. انتظر قليلًا من فضلك.
error-name-taken = هذا العنوان مأخوذ. اختر غيره من فضلك.
error-name-invalid = هذا العنوان غير ممكن. حروف صغيرة وأرقام و _ فقط.
error-password-weak = كلمة المرور هذه سهلة التخمين. اختر غيرها من فضلك.
error-not-found = لم يُعثر على أحد بهذا العنوان.
error-policy = قواعد خادمك لا تسمح بذلك.
error-cannot-encrypt = لا يمكن التشفير لأحد هنا.
error-file-too-large = الملف كبير جدًا.
error-file-unreadable = لا يمكن قراءة الملف.
error-file-damaged = تلف هذا الملف في الطريق أو على الخادم. لم يُفتح منه شيء.
error-file-expired = لم يعد الملف على الخادم. تحتفظ الخوادم بالملفات 30 يومًا.
error-metadata-stays = لا يستطيع هذا المتصفح قراءة الصورة، فيبقى الموقع وبيانات الكاميرا فيها. لإرسالها كما هي، أوقف هذا الخيار.
error-picture-too-large = في الصورة نقاط أكثر مما يجب.
error-storage-full = لم يبقَ مكان على هذا الجهاز.
error-gone = لم يعد ذلك موجودًا.
error-invitation-expired = انتهت صلاحية الدعوة.
error-invitation-used = استُخدمت الدعوة من قبل.
error-invitation-revoked = سُحبت الدعوة.
error-invitation-wrong = الرابط ناقص أو تغيّر.
error-invitation-changed = غيّر الخادم شيئًا في الدعوة. لم يثبت شيء، لذلك لم تنضم.
error-wrong-code = لا ينتظر أي جهاز جديد لك بهذا الرمز.
error-wrong-digits = ليست هذه هي الأرقام.
error-signed-out = سُجّل خروجك.
error-clock = ساعة هذا الجهاز غير صحيحة.
error-busy = يطلب الخادم الصبر. حاول بعد قليل من فضلك.
error-server-trouble = لدى الخادم مشكلة. حاول لاحقًا من فضلك.
error-forbidden = خادمك لا يسمح بذلك.
error-not-yet = لا يستطيع هذا الإصدار من التطبيق ذلك بعد.
error-no-device = لا جهاز هنا بعد.
error-no-invitation = ليس هذا رابط دعوة.
error-no-storage = لا يحفظ هذا المتصفح شيئًا. استخدم نافذة عادية من فضلك.
error-storage = لم يستطع هذا المتصفح حفظ ذلك.
error-storage-lost = أغلق المتصفح مخزنه. أعد تحميل التطبيق من فضلك.
error-crashed = توقف التطبيق. أعد تحميله من فضلك.
error-damaged = بعض ما حُفظ هنا ناقص أو تغيّر.
error-another-account = هذا المتصفح يخص حسابًا آخر. سجّل الخروج هناك أولًا.
error-another-identity = هوية ذلك الحساب غير ما كانت عليه.
error-unverified = تعذّر التحقق من جهاز في هذه المحادثة.
error-not-approved = لم تتم الموافقة على هذا الجهاز بعد.
error-unknown-chat = لم تعد هذه المحادثة موجودة.
error-chat-over = انتهت هذه المحادثة.
error-limit = هذا أكثر من الممكن.
error-encryption = تعذّر التشفير.
