# The sentences of the browser app. Short, plain, true: nothing is claimed that the app has not checked.
# Names ({ $name }, { $by }, …) are what people call themselves; details of servers are quoted as they came.

app-name = Alcove
title-page = { $title } · Alcove
title-unread = ({ $count }) Alcove

## Words used everywhere
add = Add
all = All
back = Back
cancel = Cancel
close = Close
copy = Copy
copied = Copied
copy-failed = Could not copy
delete = Delete
edit = Edit
find = Find
loading = Loading…
next = Next
remove = Remove
save = Save
send = Send
share = Share
show = Show
try-again = Try again
undo = Undo
working = One moment…
today = Today
yesterday = Yesterday
moment = { $date }, { $time }
you = You
you-object = you
you-prefix = You:
somebody = Somebody
and-others = { $count ->
    [one] one other
   *[other] { $count } others
}
days = { $count ->
    [one] 1 day
   *[other] { $count } days
}

## The list of chats
chats = Chats
chats-empty = No chats yet. Start one with the pen above.
chat-without-name = Chat
new-chat = New chat
settings = Settings
search = Search
requests = Requests
request-empty = No requests.
pinned = Pinned
archive = Archive
archived-empty = Nothing is archived.
back-to-chats = Back to chats
draft = Draft:
muted = Muted
mentioned = You are mentioned
unread = { $count ->
    [one] 1 new message
   *[other] { $count } new messages
}
not-encrypted = Not encrypted
splitter = Width of the list
messages = Messages
found = { $count ->
    [0] Nothing found
    [one] 1 found
   *[other] { $count } found
}
found-nothing = Nothing found. Only what is on this device can be searched.
find-address = Look for { $handle }
welcome-inviter = Your chat with { $name } opens as soon as a device of theirs has seen that you are here.
welcome-first = This is your place. What would you like to do first?
welcome-choose = Choose a chat, or start a new one.
card-invite = Invite someone
card-invite-text = With a link or a code to scan
card-device = Add a second device
card-device-text = So that one lost phone is not the end
card-safe = Protect this device
card-safe-text = Choose a passphrase for its messages

## Lines above everything
bar-offline = Offline. Messages will be sent later.
bar-offline-waiting = { $count ->
    [one] Offline. 1 message will be sent when you are connected.
   *[other] Offline. { $count } messages will be sent when you are connected.
}
bar-busy = Your server is busy. We will try again by ourselves.
bar-busy-until = Your server is busy. We will try again by ourselves ({ $detail }).
bar-signed-out = This device is signed out. You can read what is here, but nothing new arrives.
bar-storage-full = This device has no room left. Nothing new can be kept until you make room.
bar-storage-at-risk = Your browser may delete your messages when it needs room.
bar-more = What can I do?
bar-later = Not now
bar-clock-ahead = The clock of this device is { $minutes } minutes ahead. Please set it, or messages may be refused.
bar-clock-behind = The clock of this device is { $minutes } minutes behind. Please set it, or messages may be refused.

## A conversation
conversation = Conversation
chat-actions = More about this chat
message-actions = More for this message
search-chat = Search in this chat
who-can-read = Who can read this?
info = About this chat
info-show = Show details
info-hide = Hide details
new-messages = New messages
jump = To the newest message
jump-new = { $count ->
    [one] To the newest message, 1 new
   *[other] To the newest message, { $count } new
}
arrived-many = { $count } new messages
say-hello = Say hello to { $name }.
wave = Wave
encrypted-sentence = Messages are end-to-end encrypted. The servers can see who writes to whom and when.
status-leaving = Leaving…
status-over = Ended
status-waiting = Waiting for { $server }
not-encrypted-sentence = Not encrypted.
operators-read = { $count ->
    [one] The operator of { $servers } can read this.
   *[other] The operators of { $servers } can read this.
}
mixed = Some people here use another app. It may not support everything.
key-changed = { $name } is using a new identity key. This usually means a new phone and a lost recovery key.
standing-leaving = You are leaving this chat.
standing-over = You are no longer in this chat. What you have stays here.
standing-read-only = This chat can only be read.

## Messages
edited = edited
deleted = This message was deleted.
unsupported = This message needs a newer version of the app.
quote-missing = The message answered here is not on this device.
kind-picture = Picture { $name }
kind-voice = Voice message { $name }
kind-file = File { $name }
file = File
show-all = Show all ({ $count } characters)
held = { $count ->
    [one] 1 file
   *[other] { $count } files
}
picture-broken = This picture cannot be shown.
voice-broken = This voice message cannot be played.
voice-position = Position
play = Play
pause = Pause
react = React
reactions = Reactions
reaction-by = by { $names }
reactions-more = and { $count } more
emoji = Emoji
reply = Reply
delivery = Who has it?
delivery-sent = Written { $moment }
delivery-queued = Waits to be delivered
delivery-delivered = Delivered to their server
delivery-failed = Not delivered
delivery-read = Read
delivery-none = Nothing is known of it any more.
delete-everyone = Delete for everyone
delete-title = Delete for everyone?
delete-text = The message disappears on every device that plays by the rules. Somebody may have read or copied it already.
discard-title = Delete this message?
discard-text = It was not sent. Its text and its files will be gone.
failed = Not sent.
failed-because = Not sent: { $detail }
state-waiting = Waits to be sent, { $time }
state-sending = Sending, { $time }
state-sent = Sent { $time }
state-delivered = Delivered to the server { $time }
state-read = { $of ->
    [one] Sent { $time }, read
   *[other] Sent { $time }, read by { $by } of { $of }
}
state-failed = Not sent
label-author = { $author }, { $time }
label-event = { $text }, { $time }
label-reply = in reply to: { $excerpt }
label-reactions = Reactions: { $list }
label-picture = Picture: { $name }, { $size }
label-file = File: { $name }, { $size }
label-voice = Voice message, { $duration }

## Events in a conversation
short-added = Somebody was added
short-removed = Somebody was removed
short-left = Somebody left
short-renamed = The name changed
short-device-changed = A device changed
short-identity-changed = An identity key changed
short-joined = You were added
short-continued = The chat goes on
short-policy = The rules changed
short-ended = The chat has ended
event-added = { $who ->
    [you] You added { $about }.
   *[other] { $by } added { $about }.
}
event-removed = { $who ->
    [you] You removed { $about }.
   *[other] { $by } removed { $about }.
}
event-left = { $who ->
    [you] You left.
   *[other] { $by } left.
}
event-joined = { $who ->
    [you] You joined.
   *[other] { $by } added you.
}
event-renamed = { $who ->
    [you] You named this chat “{ $text }”.
   *[other] { $by } named this chat “{ $text }”.
}
event-device-changed = { $who ->
    [you] You changed a device: { $text }
   *[other] { $by } changed a device: { $text }
}
event-identity-changed = { $by } is using a new identity key.
event-continued = { $who ->
    [you] You continued this chat here.
   *[other] { $by } continued this chat here.
}
event-policy = The rules of the server changed: { $text }
event-ended = This chat has ended.

## Writing
composer = Write a message
message-to = Message { $name }
attach = Attach a file
record = Record a voice message
recording = Recording
record-cancel = Throw the recording away
record-done = Finish recording
no-microphone = The microphone cannot be used. Please allow it in the browser.
send-unencrypted = Send unencrypted
save-edit = Save the change
editing = Edit message
edit-cancel = Stop editing
replying = Reply to { $name }
reply-cancel = Do not reply
tray = Files to be sent
preparing = Preparing…
uploading = Uploading: { $done } of { $total }
upload-waits = Waits to be uploaded
stop-upload = Stop
loading-part = Loading: { $done } of { $total }
stop-loading = Stop loading
take-out = Take out { $name }
remove-metadata = Remove location and camera data from pictures
remove-metadata-but = Remove location and camera data from pictures; other files keep theirs
file-too-large = Too large: at most { $limit }
text-too-long = Too long: { $count } characters, at most { $limit }. Please send it as a file.
mention-people = People to mention
draft-kept = Your draft is kept:

## What is in the way
obstacle = What is in the way
obstacle-unverified = Writing is blocked: a device of { $names } could not be verified. If you send, it can read along.
obstacle-waiting-for-server = Waiting for { $server }. You can read and write; changes of people come later.
obstacle-waiting-for-keys = { $name } has no device here yet. You can write as soon as there is one.
obstacle-cannot-go-on = The chat cannot go on as it is.
why-silent = Its server has not answered for three days. Messages still go through. You can go on at your server.
why-apart = Somebody here may have lost touch with it. You can begin it anew with everybody.
why-unappliable = It stopped at a change that cannot be applied. You can go on without it.
why-forgotten = Its server has forgotten where it was. You can go on at your server.
why-lost = This device missed changes. It waits until another device of yours adds it again. Without one, ask somebody in the chat to remove you and add you again.
why-forked = Its server has told people different things, and some messages may be missing. Going on brings everybody together again.
obstacle-continuation = { $name } continued this chat anew, although nothing seems wrong with the old one. Nothing is sent here until you agree.
obstacle-rejoin = This device lost its place in this chat. { $name } asks it to join anew. Your history stays.
obstacle-policy = The rules of your server do not allow writing here: { $policy }. What was written stays readable.
go-on = Continue the chat
go-on-there = Continue here
rejoin = Join anew
send-anyway = Send anyway
send-anyway-text = Every device in this chat can read what you write, also the one of { $names } that could not be verified. From now on it is accepted.
remove-device = Remove this device
remove-leaf-text = The device of { $names } that could not be verified is removed from this chat. Their other devices stay.
identity-changed = { $name }’s identity changed since you verified it. Somebody else may be writing in their name, or they have a new phone.
identity-changed-since = { $name }’s identity changed since you verified it on { $date }. Somebody else may be writing in their name, or they have a new phone.
verify-again = Verify again
numbers-match = The numbers match
trust-without = Continue without verification
trust-without-title = Continue with { $name } without verification?
trust-without-text = You have not checked that the new key belongs to { $name }. Messages are encrypted, but it is not certain for whom.

## Who can read this?
readers-encrypted = Messages are end-to-end encrypted. The servers can see who writes to whom and when.
readers-count = { $people ->
    [one] 1 person
   *[other] { $people } people
}, { $devices ->
    [one] 1 device
   *[other] { $devices } devices
}
readers-people = { $people ->
    [one] 1 person
   *[other] { $people } people
}
readers-servers = { $count ->
    [one] Server: { $servers }
   *[other] Servers: { $servers }
}
readers-mixed = People on other apps are here. Their servers vouch for their keys.
readers-suspect = A device could not be verified
devices-count = { $count ->
    [one] 1 device
   *[other] { $count } devices
}
people-count = { $count ->
    [one] 1 person
   *[other] { $count } people
}
trust-you = This is you
trust-first-contact = Not verified. The key is the one from your first contact.
trust-vouched-for-by-server = Not verified. Their server vouches for the keys.
trust-verified-invitation = Verified by invitation, { $date }
trust-verified-comparison = Verified in person, { $date }
trust-invited = Came by an invitation that proves nothing about the key
trust-changed-first = Uses a new identity key. Not verified.
trust-changed-verified = Identity changed since you verified it
trust-none = Has no keys that we know of
person = Person
person-server = Account on { $server }
safety-number = Safety number
safety-number-hint = Compare these 60 digits with { $name } in person or on a call you trust. If they are the same on both sides, nobody is in between.
verified-now = { $name } is verified
write-to = Write to { $name }
remove-from-chat = Remove from this chat

## People and chats: what is asked before
chosen = Chosen people
address = Address
address-hint = Like ana@example.org
known-people = People you know
start-chat = Start chat
start-group = Start group
start-unencrypted = Start unencrypted chat
start-separate = Start a separate unencrypted conversation
group-name = Name of the group
group-name-hint = Only the people in the group can see it.
new-encrypted = What you write will be end-to-end encrypted.
new-plain = { $count ->
    [one] { $names } cannot read encrypted messages.
   *[other] { $names } cannot read encrypted messages.
} This chat will not be encrypted: the operators of the servers involved ({ $servers }) can read it.
new-waiting = Somebody has no device ready yet. They get your messages once they have one.
add-people = Add people
add-hint = They can read everything that is written from now on, and nothing from before.
add-plain = { $count ->
    [one] { $names } cannot read encrypted messages.
   *[other] { $names } cannot read encrypted messages.
} An encrypted chat never becomes unencrypted. You can start a separate one.
rename = Rename
rename-hint = Everybody in the chat sees the new name, and that it was you.
pin = Pin
unpin = Unpin
do-archive = Archive
unarchive = Take out of the archive
archived-done = Archived
unarchived-done = Back among your chats
mute = Mute
unmute = Unmute
mute-legend = For how long?
mute-hour = 1 hour
mute-8-hours = 8 hours
mute-week = 1 week
mute-always = Always
mute-hint = You are still told when somebody mentions you.
block = Block
block-title = Block { $name }?
block-text = They can no longer write to you, and are not told. You can undo this in the settings, under Privacy. In groups you both still see each other’s messages.
blocked-done = { $name } is blocked
unblock = Unblock
unblock-name = Unblock { $name }
unblocked-done = { $name } can write to you again
leave = Leave chat
leave-title = Leave “{ $name }”?
leave-text = You get no more messages from this chat. Somebody has to add you again if you want to come back. What you have stays on this device.
remove-title = Remove { $name }?
remove-text = { $name } can read nothing that is written from then on. What their devices already have stays there. Everybody sees that it was you.
request = Message request
request-from = { $name } ({ $handle }) wants to write to you.
request-group = { $name } wants to add you to a group.
request-inside = Inside: { $names }
request-unseen = They can’t see that you read this. Links are inactive.
request-delete-title = Delete this request?
request-delete-text = The messages are deleted from this device. The sender is not told.
accept = Accept

## Joining
join-title = { $name } invites you to { $server }
join-title-nobody = You are invited to { $server }
join-server = Server
join-operator = Who runs it
join-operator-unknown = The server does not say
join-policy = Encryption
join-proves = This invitation proves to both of you who the other one is: { $name } and you will see each other as verified.
join-expires = The invitation is good until { $moment }.
join-start = Join
join-name-title = What is your name?
your-name = Your name
your-name-hint = As your people know you. You can change it later.
your-handle = Your address
your-handle-hint = People write to { $handle }. It stays as it is.
name-missing = Please write a name.
handle-wrong = Small letters from a to z, digits and _ only, at most 30.
join-password-title = Choose a password
password = Password
password-show = Show
password-hide = Hide
password-hint = At least { $least } characters. A few words do well. Your browser can make and keep one for you.
password-short = At least { $least } characters, please.
join = Join
join-making-keys = Making your keys…
join-keys = The keys to your messages are made now, on this device. They never leave it.
join-lost = If you lose all your devices, your messages are lost. The password brings back your account only.
policy-off = Messages are not encrypted: the operators of the servers involved can read them.
policy-allowed = Messages can be end-to-end encrypted, if people choose so.
policy-default = Messages are end-to-end encrypted whenever everybody in a chat can do it.
policy-required = All messages are end-to-end encrypted.
already-title = You are here already
already-text = This browser belongs to { $handle }. An invitation is for somebody who has no account yet.
open-app = Open Alcove
invitation-loading = Opening the invitation…
invitation-unreachable = The invitation could not be opened
invitation-expired = This invitation has run out
invitation-expired-text = Ask whoever sent it to you for a new one.
invitation-used = This invitation was used
invitation-used-text = An invitation is for one person. If it was not you who used it, tell the person who sent it to you.
invitation-revoked = This invitation was taken back
invitation-revoked-text = Whoever made it has taken it back. Ask them for a new one.
invitation-unknown = There is no such invitation
invitation-unknown-text = The link may be incomplete. Copy it as a whole, with everything after the # sign, or ask for a new one.
invitation-have-account = Do you have an account already?

## Signing in, a second device
sign-in = Sign in
sign-in-title = Sign in to { $server }
name = Name
signing-in = Signing in…
sign-in-hint = This browser becomes a device of yours. Another device of yours has to approve it before it can read your chats.
sign-in-no-account = New here? You need an invitation: ask somebody who is here already.
plain-pages = The plain pages of this server
device = Device
device-title = { $browser } on { $system }
waiting-title = Approve this device on your other one
waiting-how = On a device where you are signed in, open Settings → Devices → Link a device.
waiting-digits = Type these digits there:
waiting-for-device = Waiting for your other device…
waiting-code = Use a code instead
waiting-qr = Code of this device, to be scanned
waiting-code-text = Scan it with a device of yours, or type this text there:
waiting-warning = Nobody else, not even your admin, needs this code or these digits. Whoever gets them can read your messages.
waiting-leave = Stop and sign out
waiting-leave-text = This device is forgotten. You can sign in again later.
confirm-title = What does your other device say?
confirm-text = Go on only if your other device says that the digits are right.
confirm-yes = It says they are right
confirm-no = It says something else
pairing-over = This device was not approved
pairing-anew = Try again
pairing-approved = This device is approved.
pairing-matched = The digits are right. Now say so on the new device.
pairing-scanned = The code is right. The new device goes on by itself.
pairing-refused = It was refused.
pairing-expired = It took too long.
pairing-elsewhere = It was decided on another device of yours.
pairing-mismatch = Something does not fit together: somebody may be in between. Try again, and if it happens once more, tell the operator of your server.
pairing-asks = A new device wants to be added.
pairing-asks-text = It calls itself “{ $title }”. Is it you, with that device in your hand?
pairing-look = Look
pairing-it-is-me = It is me
pairing-not-me = It’s not me
pairing-digits = Digits on the new device
pairing-digits-hint = Six digits. The new device shows them.
pairing-wrong = { $count ->
    [0] These are not the digits.
    [one] These are not the digits. 1 try is left.
   *[other] These are not the digits. { $count } tries are left.
}
link-device = Link a device
link-warning = Only do this if you are holding the other device. We will never ask you to scan a code. Nobody else, not even your admin, needs one.
link-step-1 = On the other device, open { $address }.
link-step-2 = Sign in there with your name and password.
link-step-3 = It appears here. Then type the six digits that it shows, or scan its code.
link-waiting = Waiting for the other device…
link-by-code = Use the code of the other device
link-code = Code
link-code-hint = The text below the picture on the other device.
link-it = Link it
link-scan = Scan its code with the camera
link-read = The code was read. Waiting for the other device…
scan-title = Scan the code
scan-hint = Point the camera at the picture of the code that the other device shows. What the camera sees stays on this device.
scan-picture = What the camera sees
scan-starting = The camera is starting. Your browser may ask you first.
scan-looking = Looking for a code…
scan-foreign = This is not a code of a new device.
scan-none = There is no camera here.
scan-refused = The camera may not be used. Please allow it in the browser.
scan-busy = The camera cannot be used now. Another program may be using it.
scan-stopped = The camera has stopped.
scan-failed = The camera does not work.
scan-unloaded = The part of the app that reads codes could not be loaded. Are you connected to the internet?
scan-instead = It works without the camera, too: type the text below the code, or the six digits.

## Locked, stopped, not possible
locked-title = Locked
passphrase = Passphrase
unlock = Unlock
unlocking = Unlocking…
elsewhere-title = Alcove is open in another tab
elsewhere-text = Only one tab can work at a time. Close the other one, and this one goes on by itself.
unsupported-title = This browser cannot run Alcove
unsupported-no-webcrypto = It has no tools for encryption here. The page has to be opened over https.
unsupported-no-storage = It keeps nothing. That is so in private windows, which forget keys and messages when they close: please use a normal window.
unsupported-no-locks = It is too old to keep two tabs from writing at the same time. Please update it.
unsupported-no-wasm = It does not run WebAssembly. Please update it, or allow it in its settings.
unsupported-hint = Current versions of Firefox, Chrome, Edge and Safari work.
stopped-removed-title = This device was removed
stopped-removed = It was removed from your account. It can read nothing new.
stopped-copied-title = This device was copied or restored
stopped-copied = Its data is older than what it has already sent, or is in use somewhere else. Going on would not be safe, so it stops here.
stopped-signed-out-title = You are signed out
stopped-signed-out = The session of this device was ended, by you or by your server.
stopped-damaged-title = The data of this device is damaged
stopped-damaged = Some of what was kept here is missing or was changed. The app does not guess, so it stops here.
stopped-evicted-title = Your browser deleted the data
stopped-evicted = Messages and keys of this device are gone. This counts as a lost device: sign in again and approve it on another one.
stopped-other-title = Something went wrong
stopped-other = The app stopped. Nothing that was confirmed is lost. Loading it again often helps.
server-said = What we know:
reload = Load again
sign-in-anew = Sign in again
wipe = Delete and sign in
wipe-title = Delete what is on this device?
wipe-text = Messages that are only on this device are lost. Then you can sign in as a new device.

## Settings
settings-choose = Choose a setting.
settings-devices = Devices
settings-invitations = Invitations
settings-notifications = Notifications
settings-privacy = Privacy
settings-looks = Looks and language
settings-security = Security
sign-out = Sign out
sign-out-title = Sign out and delete what is here?
sign-out-text = All messages and keys on this device are deleted. If this is your only device, your messages are lost.
keys = Keyboard
devices-hint = Each device has its own keys and is a member of your chats by itself.
device-this = This device
device-pending = Not approved yet
device-seen = Last seen { $moment }
device-since = Since { $date }
device-actions = More for { $title }
device-rename = Rename
device-name = Name of the device
device-remove = Remove
device-remove-title = Remove “{ $title }”?
device-remove-why = Why?
device-retired = I no longer use it
device-lost = It is lost, or somebody else may have it
device-retired-text = It can read nothing that is written from then on. What it already has stays there.
device-lost-text = It can read nothing that is written from then on. Your identity key is replaced as well, and your contacts are told that it changed. What the device already has stays there.
device-removed = { $title } is removed
lost-device = If you lose a device
lost-device-text = With another device you lose nothing: remove the lost one there. Without one, your password brings back your account, but not your messages, and your contacts see that your identity changed. There is no copy on the server that we could read.
invitations-hint = Each link is for one person. It proves to both of you who the other one is.
invite = Invite someone
invite-make = Make a link
invite-made = Invitation
invite-name = Who is it for?
invite-name-hint = They can change it. Only they and you see it.
invite-days = Good for
invite-give = Give this to the person, best in person or over something you trust.
invite-give-name = Give this to { $name }, best in person or over something you trust.
invite-qr = Invitation as a code, to be scanned
invite-once = It works once, until { $moment }. It is shown only now.
copy-link = Copy link
invitations-none = You have not invited anybody yet.
invitation-for-anyone = Invitation
own-invitation-open = Open until { $moment }
own-invitation-expired = Ran out { $moment }
own-invitation-used = Was used
own-invitation-revoked = Was taken back
revoke = Take back
revoke-title = Take this invitation back?
revoke-text = The link stops working at once.
notifications-on = Notifications
notifications-honest = You are notified while Alcove is open, also in the background. While it is closed, nothing arrives here.
notifications-show = What they show
notifications-all = Name and text
notifications-name = Name only
notifications-none = Only that there is something new
notifications-mute = You can mute single chats in their menu.
notifications-denied = Your browser does not allow notifications. You can change that in its settings.
notification-new = New message
receipts = Show when I have read
receipts-hint = Others see when you have read their messages. Requests never tell.
blocked = Blocked people
blocked-hint = They cannot write to you, and are not told.
blocked-none = You have blocked nobody.
privacy-always = Always so
privacy-typing = Nobody is told that you are typing.
privacy-previews = Links are not opened until you open them.
privacy-metadata = Location and camera data are taken out of pictures, unless you want otherwise.
privacy-servers = The servers can see who writes to whom and when, and how much.
theme = Colours
theme-system = As the system
theme-light = Light
theme-dark = Dark
language = Language
language-browser = As the browser
enter-sends = Enter sends
enter-sends-hint = Otherwise Enter begins a new line, and Ctrl+Enter sends.
passphrase-is = A passphrase is asked for when the app starts.
passphrase-none = No passphrase is set: whoever can use this browser can read your messages.
passphrase-copied = Messages are kept encrypted. Without a passphrase, the key lies in the same browser profile: whoever copies the profile can read them. Only a passphrase protects against that.
passphrase-choose = Choose a passphrase
passphrase-change = Change the passphrase
passphrase-take = Take the passphrase away
passphrase-current = Current passphrase
passphrase-new = New passphrase
passphrase-hint = Five random words do well. Nobody can reset it: if you forget it, what is on this device is lost.
passphrase-short = At least { $least } characters, please.
passphrase-working = Locking…
passphrase-set = The passphrase is set
passphrase-taken = The passphrase is taken away
password-change = Change password
password-current = Current password
password-new = New password
password-changed = The password is changed
storage = Storage
storage-kept = Your browser has promised to keep the data of this app.
storage-not-kept = Your browser may delete the data of this app when it needs room or when you do not come for long. Install the app or add it to the Home Screen, and add a second device.
about-app = What this app can promise
about-app-text = This app came from { $server }. If someone takes over that server they could change the app you load next time. For protection even then, use the desktop or terminal client, or a browser with WEBCAT.

## Keys
key-previous = Previous chat
key-next = Next chat
key-previous-unread = Previous unread chat
key-next-unread = Next unread chat
key-number = Chat by its place
key-new = New chat
key-search = Search
key-search-chat = Search in this chat
key-composer = Write
key-newest = Newest message
key-reply = Reply to a message
key-react = React to a message
key-delete = Delete your message
key-attach = Attach a file
key-settings = Settings
key-sheet = This page
key-regions = Next part of the window
key-edit-last = Edit your last message
key-send = Send

## What was refused
error-other = That did not work. Please try again.
error-quoted = { $sentence } (“{ $detail }”)
error-offline = There is no connection. Please try again later.
error-locked = The app is locked.
error-wrong-password = Name or password is wrong.
error-wrong-passphrase = The passphrase is wrong.
error-too-many = Too many attempts. Please wait a while.
error-name-taken = This address is taken. Please choose another.
error-name-invalid = This address is not possible. Small letters, digits and _ only.
error-password-weak = This password is too easy to guess. Please choose another.
error-not-found = Nobody was found under that address.
error-policy = The rules of your server do not allow that.
error-cannot-encrypt = It cannot be encrypted for somebody here.
error-file-too-large = The file is too large.
error-file-unreadable = The file cannot be read.
error-file-damaged = This file was damaged on its way or on the server. Nothing of it was opened.
error-file-expired = The file is not on the server any more. Servers keep files for 30 days.
error-metadata-stays = This browser cannot read this picture, so location and camera data would stay in it. To send it as it is, turn that choice off.
error-picture-too-large = The picture has too many pixels.
error-storage-full = This device has no room left.
error-gone = That is not there any more.
error-invitation-expired = The invitation has run out.
error-invitation-used = The invitation was used already.
error-invitation-revoked = The invitation was taken back.
error-invitation-wrong = The link is incomplete or was changed.
error-invitation-changed = The server changed something in the invitation. Nothing was proved, so you have not joined.
error-wrong-code = No new device of yours is waiting with this code.
error-wrong-digits = These are not the digits.
error-signed-out = You are signed out.
error-clock = The clock of this device is wrong.
error-busy = The server asks for patience. Please try again in a while.
error-server-trouble = The server has a problem. Please try again later.
error-forbidden = Your server does not allow that.
error-not-yet = This version of the app cannot do that yet.
error-no-device = There is no device here yet.
error-no-invitation = This is not the link of an invitation.
error-no-storage = This browser keeps nothing. Please use a normal window.
error-storage = This browser could not keep that.
error-storage-lost = The browser has closed its storage. Please load the app again.
error-crashed = The app stopped. Please load it again.
error-damaged = Some of what was kept here is missing or was changed.
error-another-account = This browser belongs to another account. Sign out there first.
error-another-identity = The identity of that account is another one than before.
error-unverified = A device in this chat could not be verified.
error-not-approved = This device is not approved yet.
error-unknown-chat = This chat is not there any more.
error-chat-over = This chat has ended.
error-limit = That is more than is possible.
error-encryption = It could not be encrypted.
