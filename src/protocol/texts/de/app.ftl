# Die Sätze der App im Browser. Kurz, schlicht, wahr: behauptet wird nichts, was die App nicht geprüft hat.

app-name = Alcove
title-page = { $title } · Alcove
title-unread = ({ $count }) Alcove

## Words used everywhere
add = Hinzufügen
all = Alle
back = Zurück
cancel = Abbrechen
close = Schließen
copy = Kopieren
copied = Kopiert
copy-failed = Kopieren ging nicht
delete = Löschen
edit = Bearbeiten
find = Suchen
loading = Wird geladen…
next = Weiter
remove = Entfernen
save = Speichern
send = Senden
share = Teilen
show = Zeigen
try-again = Noch einmal versuchen
undo = Rückgängig
working = Einen Moment…
today = Heute
yesterday = Gestern
moment = { $date }, { $time }
you = Du
you-object = du
you-prefix = Du:
somebody = Jemand
and-others = { $count ->
    [one] eine weitere Person
   *[other] { $count } weitere
}
days = { $count ->
    [one] 1 Tag
   *[other] { $count } Tage
}

## The list of chats
chats = Chats
chats-empty = Noch keine Chats. Mit dem Stift oben beginnst du einen.
chat-without-name = Chat
new-chat = Neuer Chat
settings = Einstellungen
search = Suchen
requests = Anfragen
request-empty = Keine Anfragen.
pinned = Angeheftet
archive = Archiv
archived-empty = Nichts ist archiviert.
back-to-chats = Zurück zu den Chats
draft = Entwurf:
muted = Stumm
mentioned = Du wirst erwähnt
unread = { $count ->
    [one] 1 neue Nachricht
   *[other] { $count } neue Nachrichten
}
not-encrypted = Nicht verschlüsselt
splitter = Breite der Liste
messages = Nachrichten
found = { $count ->
    [0] Nichts gefunden
    [one] 1 gefunden
   *[other] { $count } gefunden
}
found-nothing = Nichts gefunden. Durchsucht werden kann nur, was auf diesem Gerät ist.
find-address = { $handle } suchen
welcome-inviter = Dein Chat mit { $name } öffnet sich, sobald dort ein Gerät gesehen hat, dass du da bist.
welcome-first = Das ist dein Platz. Was möchtest du zuerst tun?
welcome-choose = Wähle einen Chat oder beginne einen neuen.
card-invite = Jemanden einladen
card-invite-text = Mit einem Link oder einem Code zum Scannen
card-device = Ein zweites Gerät hinzufügen
card-device-text = Damit ein verlorenes Telefon nicht das Ende ist
card-safe = Dieses Gerät schützen
card-safe-text = Eine Passphrase für seine Nachrichten wählen

## Lines above everything
bar-offline = Offline. Nachrichten werden später gesendet.
bar-offline-waiting = { $count ->
    [one] Offline. 1 Nachricht wird gesendet, sobald du verbunden bist.
   *[other] Offline. { $count } Nachrichten werden gesendet, sobald du verbunden bist.
}
bar-busy = Dein Server ist beschäftigt. Wir versuchen es von selbst wieder.
bar-busy-until = Dein Server ist beschäftigt. Wir versuchen es von selbst wieder ({ $detail }).
bar-signed-out = Dieses Gerät ist abgemeldet. Was hier ist, kannst du lesen, aber nichts Neues kommt an.
bar-storage-full = Dieses Gerät hat keinen Platz mehr. Neues kann nicht behalten werden, bis du Platz schaffst.
bar-storage-at-risk = Dein Browser löscht deine Nachrichten vielleicht, wenn er Platz braucht.
bar-more = Was kann ich tun?
bar-later = Nicht jetzt
bar-clock-ahead = Die Uhr dieses Geräts geht { $minutes } Minuten vor. Bitte stelle sie, sonst werden Nachrichten vielleicht abgelehnt.
bar-clock-behind = Die Uhr dieses Geräts geht { $minutes } Minuten nach. Bitte stelle sie, sonst werden Nachrichten vielleicht abgelehnt.

## A conversation
conversation = Unterhaltung
chat-actions = Mehr zu diesem Chat
message-actions = Mehr zu dieser Nachricht
search-chat = In diesem Chat suchen
who-can-read = Wer kann das lesen?
info = Über diesen Chat
info-show = Einzelheiten zeigen
info-hide = Einzelheiten schließen
new-messages = Neue Nachrichten
jump = Zur neuesten Nachricht
jump-new = { $count ->
    [one] Zur neuesten Nachricht, 1 neue
   *[other] Zur neuesten Nachricht, { $count } neue
}
arrived-many = { $count } neue Nachrichten
say-hello = Sag { $name } Hallo.
wave = Winken
encrypted-sentence = Nachrichten sind Ende-zu-Ende-verschlüsselt. Die Server sehen, wer wem wann schreibt.
status-leaving = Wird verlassen…
status-over = Beendet
status-waiting = Warten auf { $server }
not-encrypted-sentence = Nicht verschlüsselt.
operators-read = { $count ->
    [one] Die Betreiber von { $servers } können das lesen.
   *[other] Die Betreiber von { $servers } können das lesen.
}
mixed = Einige hier nutzen eine andere App. Sie kann vielleicht nicht alles.
key-changed = { $name } verwendet einen neuen Identitätsschlüssel. Meist heißt das: ein neues Telefon und ein verlorener Wiederherstellungsschlüssel.
standing-leaving = Du verlässt diesen Chat.
standing-over = Du bist nicht mehr in diesem Chat. Was du hast, bleibt hier.
standing-read-only = Dieser Chat kann nur gelesen werden.

## Messages
edited = bearbeitet
deleted = Diese Nachricht wurde gelöscht.
unsupported = Diese Nachricht braucht eine neuere Version der App.
quote-missing = Die beantwortete Nachricht ist nicht auf diesem Gerät.
kind-picture = Bild { $name }
kind-voice = Sprachnachricht { $name }
kind-file = Datei { $name }
file = Datei
show-all = Alles zeigen ({ $count } Zeichen)
held = { $count ->
    [one] 1 Datei
   *[other] { $count } Dateien
}
picture-broken = Dieses Bild kann nicht gezeigt werden.
voice-broken = Diese Sprachnachricht kann nicht abgespielt werden.
voice-position = Stelle
play = Abspielen
pause = Anhalten
react = Reagieren
reactions = Reaktionen
reaction-by = von { $names }
reactions-more = und { $count } weitere
emoji = Emoji
reply = Antworten
delivery = Wer hat sie?
delivery-sent = Geschrieben am { $moment }
delivery-queued = Wartet auf die Zustellung
delivery-delivered = Beim Server zugestellt
delivery-failed = Nicht zugestellt
delivery-read = Gelesen
delivery-none = Darüber ist nichts mehr bekannt.
delete-everyone = Für alle löschen
delete-title = Für alle löschen?
delete-text = Die Nachricht verschwindet auf jedem Gerät, das sich an die Regeln hält. Vielleicht hat sie schon jemand gelesen oder kopiert.
discard-title = Diese Nachricht löschen?
discard-text = Sie wurde nicht gesendet. Ihr Text und ihre Dateien gehen verloren.
failed = Nicht gesendet.
failed-because = Nicht gesendet: { $detail }
state-waiting = Wartet auf das Senden, { $time }
state-sending = Wird gesendet, { $time }
state-sent = Gesendet { $time }
state-delivered = Beim Server zugestellt { $time }
state-read = { $of ->
    [one] Gesendet { $time }, gelesen
   *[other] Gesendet { $time }, gelesen von { $by } von { $of }
}
state-failed = Nicht gesendet
label-author = { $author }, { $time }
label-event = { $text }, { $time }
label-reply = als Antwort auf: { $excerpt }
label-reactions = Reaktionen: { $list }
label-picture = Bild: { $name }, { $size }
label-file = Datei: { $name }, { $size }
label-voice = Sprachnachricht, { $duration }

## Events in a conversation
short-added = Jemand kam dazu
short-removed = Jemand wurde entfernt
short-left = Jemand ist gegangen
short-renamed = Der Name wurde geändert
short-device-changed = Ein Gerät hat sich geändert
short-identity-changed = Ein Identitätsschlüssel hat sich geändert
short-joined = Du wurdest hinzugefügt
short-continued = Der Chat geht weiter
short-policy = Die Regeln haben sich geändert
short-ended = Der Chat ist zu Ende
event-added = { $who ->
    [you] Du hast { $about } hinzugefügt.
   *[other] { $by } hat { $about } hinzugefügt.
}
event-removed = { $who ->
    [you] Du hast { $about } entfernt.
   *[other] { $by } hat { $about } entfernt.
}
event-left = { $who ->
    [you] Du hast den Chat verlassen.
   *[other] { $by } hat den Chat verlassen.
}
event-joined = { $who ->
    [you] Du bist dabei.
   *[other] { $by } hat dich hinzugefügt.
}
event-renamed = { $who ->
    [you] Du nennst diesen Chat „{ $text }“.
   *[other] { $by } nennt diesen Chat „{ $text }“.
}
event-device-changed = { $who ->
    [you] Du hast ein Gerät geändert: { $text }
   *[other] { $by } hat ein Gerät geändert: { $text }
}
event-identity-changed = { $by } verwendet einen neuen Identitätsschlüssel.
event-continued = { $who ->
    [you] Du hast diesen Chat hier fortgesetzt.
   *[other] { $by } hat diesen Chat hier fortgesetzt.
}
event-policy = Die Regeln des Servers haben sich geändert: { $text }
event-ended = Dieser Chat ist beendet.

## Writing
composer = Nachricht schreiben
message-to = Nachricht an { $name }
attach = Datei anhängen
record = Sprachnachricht aufnehmen
recording = Aufnahme
record-cancel = Aufnahme verwerfen
record-done = Aufnahme beenden
no-microphone = Das Mikrofon kann nicht benutzt werden. Bitte erlaube es im Browser.
send-unencrypted = Unverschlüsselt senden
save-edit = Änderung speichern
editing = Nachricht bearbeiten
edit-cancel = Nicht mehr bearbeiten
replying = Antwort an { $name }
reply-cancel = Nicht antworten
tray = Dateien, die gesendet werden
preparing = Wird vorbereitet…
uploading = Wird hochgeladen: { $done } von { $total }
upload-waits = Wartet auf das Hochladen
stop-upload = Abbrechen
loading-part = Wird geladen: { $done } von { $total }
stop-loading = Laden abbrechen
take-out = { $name } herausnehmen
remove-metadata = Ort und Kameradaten aus Bildern entfernen
remove-metadata-but = Ort und Kameradaten aus Bildern entfernen; in anderen Dateien bleiben sie
file-too-large = Zu groß: höchstens { $limit }
text-too-long = Zu lang: { $count } Zeichen, höchstens { $limit }. Bitte sende es als Datei.
mention-people = Leute zum Erwähnen
draft-kept = Dein Entwurf bleibt:

## What is in the way
obstacle = Was im Weg ist
obstacle-unverified = Schreiben ist gesperrt: Ein Gerät von { $names } konnte nicht geprüft werden. Wenn du sendest, kann es mitlesen.
obstacle-waiting-for-server = Warten auf { $server }. Du kannst lesen und schreiben; wer dazukommt oder geht, ändert sich später.
obstacle-waiting-for-keys = { $name } hat hier noch kein Gerät. Du kannst schreiben, sobald es eines gibt.
obstacle-cannot-go-on = Der Chat kann so nicht weitergehen.
why-silent = Sein Server hat seit drei Tagen nicht geantwortet. Nachrichten kommen noch durch. Du kannst auf deinem Server weitermachen.
why-apart = Jemand hier hat vielleicht den Anschluss verloren. Du kannst ihn mit allen neu beginnen.
why-unappliable = Er blieb bei einer Änderung stehen, die sich nicht anwenden lässt. Du kannst ohne sie weitermachen.
why-forgotten = Sein Server hat vergessen, wo er war. Du kannst auf deinem Server weitermachen.
why-lost = Diesem Gerät fehlen Änderungen. Es wartet, bis ein anderes deiner Geräte es wieder hinzufügt. Ohne ein anderes bitte jemanden im Chat, dich zu entfernen und wieder hinzuzufügen.
why-forked = Sein Server hat Leuten Verschiedenes erzählt, und einige Nachrichten fehlen vielleicht. Weiterzumachen bringt alle wieder zusammen.
obstacle-continuation = { $name } hat diesen Chat neu fortgesetzt, obwohl am alten nichts falsch scheint. Hier wird nichts gesendet, bis du zustimmst.
obstacle-rejoin = Dieses Gerät hat seinen Platz in diesem Chat verloren. { $name } bittet es, neu beizutreten. Dein Verlauf bleibt.
obstacle-policy = Die Regeln deines Servers erlauben hier kein Schreiben: { $policy }. Was geschrieben wurde, bleibt lesbar.
go-on = Chat fortsetzen
go-on-there = Hier fortsetzen
rejoin = Neu beitreten
send-anyway = Trotzdem senden
send-anyway-text = Jedes Gerät in diesem Chat kann lesen, was du schreibst, auch das von { $names }, das nicht geprüft werden konnte. Ab jetzt gilt es als angenommen.
remove-device = Dieses Gerät entfernen
remove-leaf-text = Das Gerät von { $names }, das nicht geprüft werden konnte, wird aus diesem Chat entfernt. Andere Geräte bleiben.
identity-changed = Die Identität von { $name } hat sich geändert, seit du sie geprüft hast. Vielleicht schreibt jemand anderes in diesem Namen, oder es ist ein neues Telefon.
identity-changed-since = Die Identität von { $name } hat sich geändert, seit du sie am { $date } geprüft hast. Vielleicht schreibt jemand anderes in diesem Namen, oder es ist ein neues Telefon.
verify-again = Neu prüfen
numbers-match = Die Nummern stimmen überein
trust-without = Ohne Prüfung weiter
trust-without-title = Mit { $name } ohne Prüfung weiter?
trust-without-text = Du hast nicht geprüft, dass der neue Schlüssel { $name } gehört. Nachrichten sind verschlüsselt, aber es ist nicht sicher, für wen.

## Who can read this?
readers-encrypted = Nachrichten sind Ende-zu-Ende-verschlüsselt. Die Server sehen, wer wem wann schreibt.
readers-count = { $people ->
    [one] 1 Person
   *[other] { $people } Personen
}, { $devices ->
    [one] 1 Gerät
   *[other] { $devices } Geräte
}
readers-people = { $people ->
    [one] 1 Person
   *[other] { $people } Personen
}
readers-servers = { $count ->
    [one] Server: { $servers }
   *[other] Server: { $servers }
}
readers-mixed = Hier sind Leute mit anderen Apps. Deren Server bürgen für ihre Schlüssel.
readers-suspect = Ein Gerät konnte nicht geprüft werden
devices-count = { $count ->
    [one] 1 Gerät
   *[other] { $count } Geräte
}
people-count = { $count ->
    [one] 1 Person
   *[other] { $count } Personen
}
trust-you = Das bist du
trust-first-contact = Nicht geprüft. Der Schlüssel ist der vom ersten Kontakt.
trust-vouched-for-by-server = Nicht geprüft. Der Server bürgt für die Schlüssel.
trust-verified-invitation = Durch Einladung geprüft, { $date }
trust-verified-comparison = Persönlich geprüft, { $date }
trust-invited = Kam mit einer Einladung, die nichts über den Schlüssel beweist
trust-changed-first = Verwendet einen neuen Identitätsschlüssel. Nicht geprüft.
trust-changed-verified = Identität geändert, seit du sie geprüft hast
trust-none = Hat keine Schlüssel, von denen wir wissen
person = Person
person-server = Konto bei { $server }
safety-number = Sicherheitsnummer
safety-number-hint = Vergleiche diese 60 Ziffern mit { $name }, persönlich oder in einem Anruf, dem du traust. Sind sie auf beiden Seiten gleich, ist niemand dazwischen.
verified-now = { $name } ist geprüft
write-to = { $name } schreiben
remove-from-chat = Aus diesem Chat entfernen

## People and chats: what is asked before
chosen = Gewählte Leute
address = Adresse
address-hint = Wie ana@example.org
known-people = Leute, die du kennst
start-chat = Chat beginnen
start-group = Gruppe beginnen
start-unencrypted = Unverschlüsselten Chat beginnen
start-separate = Eine eigene unverschlüsselte Unterhaltung beginnen
group-name = Name der Gruppe
group-name-hint = Nur die Leute in der Gruppe sehen ihn.
new-encrypted = Was du schreibst, wird Ende-zu-Ende-verschlüsselt.
new-plain = { $count ->
    [one] { $names } kann keine verschlüsselten Nachrichten lesen.
   *[other] { $names } können keine verschlüsselten Nachrichten lesen.
} Dieser Chat wird nicht verschlüsselt: Die Betreiber der beteiligten Server ({ $servers }) können ihn lesen.
new-waiting = Jemand hat noch kein Gerät bereit. Deine Nachrichten kommen an, sobald es eines gibt.
add-people = Leute hinzufügen
add-hint = Sie können alles lesen, was ab jetzt geschrieben wird, und nichts von vorher.
add-plain = { $count ->
    [one] { $names } kann keine verschlüsselten Nachrichten lesen.
   *[other] { $names } können keine verschlüsselten Nachrichten lesen.
} Ein verschlüsselter Chat wird nie unverschlüsselt. Du kannst einen eigenen beginnen.
rename = Umbenennen
rename-hint = Alle im Chat sehen den neuen Namen, und dass er von dir ist.
pin = Anheften
unpin = Loslösen
do-archive = Archivieren
unarchive = Aus dem Archiv holen
archived-done = Archiviert
unarchived-done = Wieder bei deinen Chats
mute = Stumm schalten
unmute = Wieder laut
mute-legend = Wie lange?
mute-hour = 1 Stunde
mute-8-hours = 8 Stunden
mute-week = 1 Woche
mute-always = Immer
mute-hint = Wenn dich jemand erwähnt, erfährst du es trotzdem.
block = Blockieren
block-title = { $name } blockieren?
block-text = Dir kann von dort nicht mehr geschrieben werden, und niemand erfährt davon. In den Einstellungen unter „Privatsphäre“ kannst du das rückgängig machen. In Gruppen seht ihr weiter, was die anderen schreiben.
blocked-done = { $name } ist blockiert
unblock = Nicht mehr blockieren
unblock-name = { $name } nicht mehr blockieren
unblocked-done = { $name } kann dir wieder schreiben
leave = Chat verlassen
leave-title = „{ $name }“ verlassen?
leave-text = Aus diesem Chat bekommst du keine Nachrichten mehr. Wenn du zurückwillst, muss dich jemand wieder hinzufügen. Was du hast, bleibt auf diesem Gerät.
remove-title = { $name } entfernen?
remove-text = { $name } kann nichts lesen, was danach geschrieben wird. Was auf den Geräten schon ist, bleibt dort. Alle sehen, dass du es warst.
request = Nachrichtenanfrage
request-from = { $name } ({ $handle }) möchte dir schreiben.
request-group = { $name } möchte dich in eine Gruppe aufnehmen.
request-inside = Darin: { $names }
request-unseen = Dass du das liest, ist für andere nicht zu sehen. Links sind inaktiv.
request-delete-title = Diese Anfrage löschen?
request-delete-text = Die Nachrichten werden von diesem Gerät gelöscht. Wer sie gesendet hat, erfährt nichts davon.
accept = Annehmen

## Joining
join-title = { $name } lädt dich zu { $server } ein
join-title-nobody = Du bist zu { $server } eingeladen
join-server = Server
join-operator = Wer ihn betreibt
join-operator-unknown = Der Server sagt es nicht
join-policy = Verschlüsselung
join-proves = Diese Einladung beweist euch beiden, wer der andere ist: { $name } und du seht euch danach als geprüft.
join-expires = Die Einladung gilt bis { $moment }.
join-start = Beitreten
join-name-title = Wie heißt du?
your-name = Dein Name
your-name-hint = So, wie deine Leute dich kennen. Du kannst ihn später ändern.
your-handle = Deine Adresse
your-handle-hint = Man schreibt an { $handle }. Sie bleibt, wie sie ist.
name-missing = Bitte gib einen Namen an.
handle-wrong = Nur kleine Buchstaben von a bis z, Ziffern und _, höchstens 30.
join-password-title = Wähle ein Passwort
password = Passwort
password-show = Zeigen
password-hide = Verbergen
password-hint = Mindestens { $least } Zeichen. Ein paar Wörter sind gut. Dein Browser kann eines machen und behalten.
password-short = Bitte mindestens { $least } Zeichen.
join = Beitreten
join-making-keys = Deine Schlüssel entstehen…
join-keys = Die Schlüssel zu deinen Nachrichten entstehen jetzt auf diesem Gerät. Sie verlassen es nie.
join-lost = Wenn du alle deine Geräte verlierst, sind deine Nachrichten verloren. Das Passwort bringt nur dein Konto zurück.
policy-off = Nachrichten sind nicht verschlüsselt: Die Betreiber der beteiligten Server können sie lesen.
policy-allowed = Nachrichten können Ende-zu-Ende-verschlüsselt sein, wenn man es so wählt.
policy-default = Nachrichten sind Ende-zu-Ende-verschlüsselt, wenn alle in einem Chat es können.
policy-required = Alle Nachrichten sind Ende-zu-Ende-verschlüsselt.
already-title = Du bist schon hier
already-text = Dieser Browser gehört { $handle }. Eine Einladung ist für jemanden, der noch kein Konto hat.
open-app = Alcove öffnen
invitation-loading = Die Einladung wird geöffnet…
invitation-unreachable = Die Einladung konnte nicht geöffnet werden
invitation-expired = Diese Einladung ist abgelaufen
invitation-expired-text = Bitte die Person, von der du sie hast, um eine neue.
invitation-used = Diese Einladung wurde benutzt
invitation-used-text = Eine Einladung ist für eine Person. Wenn du es nicht warst, sag es der Person, von der du sie hast.
invitation-revoked = Diese Einladung wurde zurückgenommen
invitation-revoked-text = Sie wurde zurückgenommen. Bitte um eine neue.
invitation-unknown = Diese Einladung gibt es nicht
invitation-unknown-text = Vielleicht fehlt ein Teil des Links. Kopiere ihn ganz, mit allem nach dem Zeichen #, oder bitte um einen neuen.
invitation-have-account = Hast du schon ein Konto?

## Signing in, a second device
sign-in = Anmelden
sign-in-title = Bei { $server } anmelden
name = Name
signing-in = Wird angemeldet…
sign-in-hint = Dieser Browser wird ein Gerät von dir. Ein anderes deiner Geräte muss zustimmen, bevor er deine Chats lesen kann.
sign-in-no-account = Neu hier? Du brauchst eine Einladung: Frag jemanden, der schon hier ist.
plain-pages = Die einfachen Seiten dieses Servers
device = Gerät
device-title = { $browser } auf { $system }
waiting-title = Stimme auf deinem anderen Gerät zu
waiting-how = Öffne auf einem Gerät, auf dem du angemeldet bist, Einstellungen → Geräte → Gerät verbinden.
waiting-digits = Gib dort diese Ziffern ein:
waiting-for-device = Warten auf dein anderes Gerät…
waiting-code = Stattdessen einen Code verwenden
waiting-qr = Code dieses Geräts zum Scannen
waiting-code-text = Scanne ihn mit einem deiner Geräte, oder gib dort diesen Text ein:
waiting-warning = Niemand sonst, auch nicht deine Administration, braucht diesen Code oder diese Ziffern. Wer sie bekommt, kann deine Nachrichten lesen.
waiting-leave = Abbrechen und abmelden
waiting-leave-text = Dieses Gerät wird vergessen. Du kannst dich später wieder anmelden.
confirm-title = Was sagt dein anderes Gerät?
confirm-text = Mach nur weiter, wenn dein anderes Gerät sagt, dass die Ziffern stimmen.
confirm-yes = Es sagt, sie stimmen
confirm-no = Es sagt etwas anderes
pairing-over = Diesem Gerät wurde nicht zugestimmt
pairing-anew = Noch einmal versuchen
pairing-approved = Diesem Gerät wurde zugestimmt.
pairing-matched = Die Ziffern stimmen. Sag das jetzt auf dem neuen Gerät.
pairing-scanned = Der Code stimmt. Das neue Gerät macht von selbst weiter.
pairing-refused = Es wurde abgelehnt.
pairing-expired = Es hat zu lange gedauert.
pairing-elsewhere = Ein anderes deiner Geräte hat entschieden.
pairing-mismatch = Etwas passt nicht zusammen: Vielleicht ist jemand dazwischen. Versuche es noch einmal, und wenn es wieder geschieht, sag es der Person, die deinen Server betreibt.
pairing-asks = Ein neues Gerät möchte dazu.
pairing-asks-text = Es nennt sich „{ $title }“. Bist du es, mit diesem Gerät in der Hand?
pairing-look = Ansehen
pairing-it-is-me = Ich bin es
pairing-not-me = Das bin ich nicht
pairing-digits = Ziffern auf dem neuen Gerät
pairing-digits-hint = Sechs Ziffern. Das neue Gerät zeigt sie.
pairing-wrong = { $count ->
    [0] Das sind nicht die Ziffern.
    [one] Das sind nicht die Ziffern. Noch 1 Versuch.
   *[other] Das sind nicht die Ziffern. Noch { $count } Versuche.
}
link-device = Gerät verbinden
link-warning = Tu das nur, wenn du das andere Gerät in der Hand hast. Wir bitten dich nie, einen Code zu scannen. Niemand sonst, auch nicht deine Administration, braucht einen.
link-step-1 = Öffne auf dem anderen Gerät { $address }.
link-step-2 = Melde dich dort mit Name und Passwort an.
link-step-3 = Es erscheint hier. Gib dann die sechs Ziffern ein, die es zeigt, oder scanne seinen Code.
link-waiting = Warten auf das andere Gerät…
link-by-code = Den Code des anderen Geräts verwenden
link-code = Code
link-code-hint = Der Text unter dem Bild auf dem anderen Gerät.
link-it = Verbinden
link-scan = Seinen Code mit der Kamera scannen
link-read = Der Code ist gelesen. Warten auf das andere Gerät…
scan-title = Code scannen
scan-hint = Richte die Kamera auf das Bild des Codes, den das andere Gerät zeigt. Was die Kamera sieht, bleibt auf diesem Gerät.
scan-picture = Was die Kamera sieht
scan-starting = Die Kamera startet. Vielleicht fragt dein Browser erst nach.
scan-looking = Suche nach einem Code…
scan-foreign = Das ist kein Code eines neuen Geräts.
scan-none = Hier ist keine Kamera.
scan-refused = Die Kamera darf nicht benutzt werden. Bitte erlaube es im Browser.
scan-busy = Die Kamera kann gerade nicht benutzt werden. Vielleicht benutzt sie ein anderes Programm.
scan-stopped = Die Kamera hat aufgehört.
scan-failed = Die Kamera geht nicht.
scan-unloaded = Der Teil der App, der Codes liest, konnte nicht geladen werden. Besteht eine Verbindung zum Internet?
scan-instead = Es geht auch ohne Kamera: Gib den Text unter dem Code ein oder die sechs Ziffern.

## Locked, stopped, not possible
locked-title = Gesperrt
passphrase = Passphrase
unlock = Entsperren
unlocking = Wird entsperrt…
elsewhere-title = Alcove ist in einem anderen Tab offen
elsewhere-text = Nur ein Tab kann zur gleichen Zeit arbeiten. Schließe den anderen, dann geht es hier von selbst weiter.
unsupported-title = Dieser Browser kann Alcove nicht ausführen
unsupported-no-webcrypto = Er hat hier keine Werkzeuge zum Verschlüsseln. Die Seite muss über https geöffnet werden.
unsupported-no-storage = Er behält nichts. So ist es in privaten Fenstern, die Schlüssel und Nachrichten beim Schließen vergessen: Bitte nimm ein gewöhnliches Fenster.
unsupported-no-locks = Er ist zu alt, um zwei Tabs am gleichzeitigen Schreiben zu hindern. Bitte aktualisiere ihn.
unsupported-no-wasm = Er führt kein WebAssembly aus. Bitte aktualisiere ihn, oder erlaube es in seinen Einstellungen.
unsupported-hint = Aktuelle Versionen von Firefox, Chrome, Edge und Safari gehen.
stopped-removed-title = Dieses Gerät wurde entfernt
stopped-removed = Es wurde aus deinem Konto entfernt. Es kann nichts Neues lesen.
stopped-copied-title = Dieses Gerät wurde kopiert oder zurückgesetzt
stopped-copied = Seine Daten sind älter als das, was es schon gesendet hat, oder werden woanders benutzt. Weiterzumachen wäre nicht sicher, deshalb hält es hier an.
stopped-signed-out-title = Du bist abgemeldet
stopped-signed-out = Die Sitzung dieses Geräts wurde beendet, von dir oder von deinem Server.
stopped-damaged-title = Die Daten dieses Geräts sind beschädigt
stopped-damaged = Etwas von dem, was hier lag, fehlt oder wurde verändert. Die App rät nicht, deshalb hält sie hier an.
stopped-evicted-title = Dein Browser hat die Daten gelöscht
stopped-evicted = Nachrichten und Schlüssel dieses Geräts sind weg. Das zählt als verlorenes Gerät: Melde dich neu an und stimme auf einem anderen zu.
stopped-other-title = Etwas ist schiefgegangen
stopped-other = Die App hat angehalten. Nichts, was bestätigt war, ist verloren. Neu zu laden hilft oft.
server-said = Was wir wissen:
reload = Neu laden
sign-in-anew = Neu anmelden
wipe = Löschen und anmelden
wipe-title = Löschen, was auf diesem Gerät ist?
wipe-text = Nachrichten, die nur auf diesem Gerät sind, gehen verloren. Danach kannst du dich als neues Gerät anmelden.

## Settings
settings-choose = Wähle eine Einstellung.
settings-devices = Geräte
settings-invitations = Einladungen
settings-notifications = Benachrichtigungen
settings-privacy = Privatsphäre
settings-looks = Aussehen und Sprache
settings-security = Sicherheit
sign-out = Abmelden
sign-out-title = Abmelden und löschen, was hier ist?
sign-out-text = Alle Nachrichten und Schlüssel auf diesem Gerät werden gelöscht. Ist es dein einziges Gerät, sind deine Nachrichten verloren.
keys = Tastatur
devices-hint = Jedes Gerät hat eigene Schlüssel und ist für sich Mitglied deiner Chats.
device-this = Dieses Gerät
device-pending = Noch nicht zugestimmt
device-seen = Zuletzt gesehen { $moment }
device-since = Seit { $date }
device-actions = Mehr zu { $title }
device-rename = Umbenennen
device-name = Name des Geräts
device-remove = Entfernen
device-remove-title = „{ $title }“ entfernen?
device-remove-why = Warum?
device-retired = Ich benutze es nicht mehr
device-lost = Es ist verloren, oder jemand anderes hat es vielleicht
device-retired-text = Es kann nichts lesen, was danach geschrieben wird. Was es schon hat, bleibt dort.
device-lost-text = Es kann nichts lesen, was danach geschrieben wird. Auch dein Identitätsschlüssel wird ersetzt, und deine Kontakte erfahren, dass er sich geändert hat. Was das Gerät schon hat, bleibt dort.
device-removed = { $title } ist entfernt
lost-device = Wenn du ein Gerät verlierst
lost-device-text = Mit einem anderen Gerät verlierst du nichts: Entferne dort das verlorene. Ohne ein anderes bringt dein Passwort dein Konto zurück, aber nicht deine Nachrichten, und deine Kontakte sehen, dass sich deine Identität geändert hat. Auf dem Server liegt keine Kopie, die wir lesen könnten.
invitations-hint = Jeder Link ist für eine Person. Er beweist euch beiden, wer der andere ist.
invite = Jemanden einladen
invite-make = Link machen
invite-made = Einladung
invite-name = Für wen ist sie?
invite-name-hint = Die Person kann ihn ändern. Nur sie und du sehen ihn.
invite-days = Gültig für
invite-give = Gib das der Person, am besten persönlich oder über etwas, dem du traust.
invite-give-name = Gib das { $name }, am besten persönlich oder über etwas, dem du traust.
invite-qr = Einladung als Code zum Scannen
invite-once = Sie gilt einmal, bis { $moment }. Sie wird nur jetzt gezeigt.
copy-link = Link kopieren
invitations-none = Du hast noch niemanden eingeladen.
invitation-for-anyone = Einladung
own-invitation-open = Offen bis { $moment }
own-invitation-expired = Abgelaufen am { $moment }
own-invitation-used = Wurde benutzt
own-invitation-revoked = Wurde zurückgenommen
revoke = Zurücknehmen
revoke-title = Diese Einladung zurücknehmen?
revoke-text = Der Link geht sofort nicht mehr.
notifications-on = Benachrichtigungen
notifications-honest = Du wirst benachrichtigt, solange Alcove offen ist, auch im Hintergrund. Ist es geschlossen, kommt hier nichts an.
notifications-show = Was sie zeigen
notifications-all = Name und Text
notifications-name = Nur den Namen
notifications-none = Nur, dass es etwas Neues gibt
notifications-mute = Einzelne Chats kannst du in ihrem Menü stumm schalten.
notifications-denied = Dein Browser erlaubt keine Benachrichtigungen. Das kannst du in seinen Einstellungen ändern.
notification-new = Neue Nachricht
receipts = Zeigen, wann ich gelesen habe
receipts-hint = Andere sehen, wann du ihre Nachrichten gelesen hast. Bei Anfragen nie.
blocked = Blockierte
blocked-hint = Von ihnen bekommst du keine Nachrichten. Sie erfahren nichts davon.
blocked-none = Du hast niemanden blockiert.
privacy-always = Immer so
privacy-typing = Niemand erfährt, dass du gerade schreibst.
privacy-previews = Links werden nicht geöffnet, bevor du sie öffnest.
privacy-metadata = Ort und Kameradaten werden aus Bildern entfernt, wenn du es nicht anders willst.
privacy-servers = Die Server sehen, wer wem wann schreibt, und wie viel.
theme = Farben
theme-system = Wie das System
theme-light = Hell
theme-dark = Dunkel
language = Sprache
language-browser = Wie der Browser
enter-sends = Eingabetaste sendet
enter-sends-hint = Sonst beginnt sie eine neue Zeile, und Strg+Eingabe sendet.
passphrase-is = Beim Start der App wird nach einer Passphrase gefragt.
passphrase-none = Es ist keine Passphrase gesetzt: Wer diesen Browser benutzen kann, kann deine Nachrichten lesen.
passphrase-copied = Nachrichten werden verschlüsselt aufbewahrt. Ohne Passphrase liegt der Schlüssel im selben Profil des Browsers: Wer das Profil kopiert, kann sie lesen. Davor schützt nur eine Passphrase.
passphrase-choose = Passphrase wählen
passphrase-change = Passphrase ändern
passphrase-take = Passphrase wegnehmen
passphrase-current = Bisherige Passphrase
passphrase-new = Neue Passphrase
passphrase-hint = Fünf zufällige Wörter sind gut. Niemand kann sie zurücksetzen: Wenn du sie vergisst, ist verloren, was auf diesem Gerät ist.
passphrase-short = Bitte mindestens { $least } Zeichen.
passphrase-working = Wird gesperrt…
passphrase-set = Die Passphrase ist gesetzt
passphrase-taken = Die Passphrase ist weg
password-change = Passwort ändern
password-current = Bisheriges Passwort
password-new = Neues Passwort
password-changed = Das Passwort ist geändert
storage = Speicher
storage-kept = Dein Browser hat versprochen, die Daten dieser App zu behalten.
storage-not-kept = Dein Browser löscht die Daten dieser App vielleicht, wenn er Platz braucht oder wenn du lange nicht kommst. Installiere die App oder lege sie auf den Startbildschirm, und füge ein zweites Gerät hinzu.
about-app = Was diese App versprechen kann
about-app-text = Diese App kam von { $server }. Wer diesen Server übernimmt, könnte die App ändern, die du das nächste Mal lädst. Auch davor schützen die App für den Desktop oder das Terminal, oder ein Browser mit WEBCAT.

## Keys
key-previous = Voriger Chat
key-next = Nächster Chat
key-previous-unread = Voriger ungelesener Chat
key-next-unread = Nächster ungelesener Chat
key-number = Chat nach seinem Platz
key-new = Neuer Chat
key-search = Suchen
key-search-chat = In diesem Chat suchen
key-composer = Schreiben
key-newest = Neueste Nachricht
key-reply = Auf eine Nachricht antworten
key-react = Auf eine Nachricht reagieren
key-delete = Deine Nachricht löschen
key-attach = Datei anhängen
key-settings = Einstellungen
key-sheet = Diese Seite
key-regions = Nächster Teil des Fensters
key-edit-last = Deine letzte Nachricht bearbeiten
key-send = Senden

## What was refused
error-other = Das ging nicht. Bitte versuche es noch einmal.
error-quoted = { $sentence } („{ $detail }“)
error-offline = Es gibt keine Verbindung. Bitte versuche es später wieder.
error-locked = Die App ist gesperrt.
error-wrong-password = Name oder Passwort ist falsch.
error-wrong-passphrase = Die Passphrase ist falsch.
error-too-many = Zu viele Versuche. Bitte warte eine Weile.
error-name-taken = Diese Adresse ist vergeben. Bitte wähle eine andere.
error-name-invalid = Diese Adresse geht nicht. Nur kleine Buchstaben, Ziffern und _.
error-password-weak = Dieses Passwort ist zu leicht zu erraten. Bitte wähle ein anderes.
error-not-found = Unter dieser Adresse wurde niemand gefunden.
error-policy = Die Regeln deines Servers erlauben das nicht.
error-cannot-encrypt = Für jemanden hier kann nicht verschlüsselt werden.
error-file-too-large = Die Datei ist zu groß.
error-file-unreadable = Die Datei kann nicht gelesen werden.
error-file-damaged = Diese Datei wurde unterwegs oder auf dem Server beschädigt. Nichts davon wurde geöffnet.
error-file-expired = Die Datei liegt nicht mehr auf dem Server. Server bewahren Dateien 30 Tage auf.
error-metadata-stays = Dieser Browser kann das Bild nicht lesen; Ort und Kameradaten blieben also darin. Um es so zu senden, wie es ist, schalte diese Wahl aus.
error-picture-too-large = Das Bild hat zu viele Pixel.
error-storage-full = Dieses Gerät hat keinen Platz mehr.
error-gone = Das gibt es nicht mehr.
error-invitation-expired = Die Einladung ist abgelaufen.
error-invitation-used = Die Einladung wurde schon benutzt.
error-invitation-revoked = Die Einladung wurde zurückgenommen.
error-invitation-wrong = Der Link ist unvollständig oder wurde verändert.
error-invitation-changed = Der Server hat etwas an der Einladung geändert. Nichts wurde bewiesen, deshalb bist du nicht beigetreten.
error-wrong-code = Mit diesem Code wartet kein neues Gerät von dir.
error-wrong-digits = Das sind nicht die Ziffern.
error-signed-out = Du bist abgemeldet.
error-clock = Die Uhr dieses Geräts geht falsch.
error-busy = Der Server bittet um Geduld. Bitte versuche es nach einer Weile wieder.
error-server-trouble = Der Server hat ein Problem. Bitte versuche es später wieder.
error-forbidden = Dein Server erlaubt das nicht.
error-not-yet = Diese Version der App kann das noch nicht.
error-no-device = Hier ist noch kein Gerät.
error-no-invitation = Das ist nicht der Link einer Einladung.
error-no-storage = Dieser Browser behält nichts. Bitte nimm ein gewöhnliches Fenster.
error-storage = Dieser Browser konnte das nicht behalten.
error-storage-lost = Der Browser hat seinen Speicher geschlossen. Bitte lade die App neu.
error-crashed = Die App hat angehalten. Bitte lade sie neu.
error-damaged = Etwas von dem, was hier lag, fehlt oder wurde verändert.
error-another-account = Dieser Browser gehört einem anderen Konto. Melde dich dort zuerst ab.
error-another-identity = Die Identität dieses Kontos ist eine andere als vorher.
error-unverified = Ein Gerät in diesem Chat konnte nicht geprüft werden.
error-not-approved = Diesem Gerät wurde noch nicht zugestimmt.
error-unknown-chat = Diesen Chat gibt es nicht mehr.
error-chat-over = Dieser Chat ist beendet.
error-limit = Das ist mehr, als möglich ist.
error-encryption = Es konnte nicht verschlüsselt werden.
