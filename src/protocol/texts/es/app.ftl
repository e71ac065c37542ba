# Las frases de la aplicación en el navegador. Cortas, sencillas, ciertas: no se afirma nada que la aplicación no haya comprobado.

app-name = Alcove
title-page = { $title } · Alcove
title-unread = ({ $count }) Alcove

## Words used everywhere
add = Añadir
all = Todos
back = Atrás
cancel = Cancelar
close = Cerrar
copy = Copiar
copied = Copiado
copy-failed = No se pudo copiar
delete = Borrar
edit = Editar
find = Buscar
loading = Cargando…
next = Siguiente
remove = Quitar
save = Guardar
send = Enviar
share = Compartir
show = Mostrar
try-again = Intentar de nuevo
undo = Deshacer
working = Un momento…
today = Hoy
yesterday = Ayer
moment = { $date }, { $time }
you = Tú
you-object = tú
you-prefix = Tú:
somebody = Alguien
and-others = { $count ->
    [one] otra persona
   *[other] otras { $count } personas
}
days = { $count ->
    [one] 1 día
   *[other] { $count } días
}

## The list of chats
chats = Chats
chats-empty = Aún no hay chats. Empieza uno con el lápiz de arriba.
chat-without-name = Chat
new-chat = Chat nuevo
settings = Ajustes
search = Buscar
requests = Solicitudes
request-empty = No hay solicitudes.
pinned = Fijados
archive = Archivo
archived-empty = No hay nada archivado.
back-to-chats = Volver a los chats
draft = Borrador:
muted = Silenciado
mentioned = Te mencionan
unread = { $count ->
    [one] 1 mensaje nuevo
   *[other] { $count } mensajes nuevos
}
not-encrypted = Sin cifrar
splitter = Ancho de la lista
messages = Mensajes
found = { $count ->
    [0] No se encontró nada
    [one] 1 resultado
   *[other] { $count } resultados
}
found-nothing = No se encontró nada. Solo se puede buscar en lo que hay en este dispositivo.
find-address = Buscar { $handle }
welcome-inviter = Tu chat con { $name } se abrirá en cuanto uno de sus dispositivos vea que estás aquí.
welcome-first = Este es tu sitio. ¿Qué quieres hacer primero?
welcome-choose = Elige un chat o empieza uno nuevo.
card-invite = Invitar a alguien
card-invite-text = Con un enlace o un código para escanear
card-device = Añadir un segundo dispositivo
card-device-text = Para que un teléfono perdido no sea el final
card-safe = Proteger este dispositivo
card-safe-text = Elegir una frase de paso para sus mensajes

## Lines above everything
bar-offline = Sin conexión. Los mensajes se enviarán más tarde.
bar-offline-waiting = { $count ->
    [one] Sin conexión. Se enviará 1 mensaje cuando haya conexión.
   *[other] Sin conexión. Se enviarán { $count } mensajes cuando haya conexión.
}
bar-busy = Tu servidor está ocupado. Lo intentaremos de nuevo sin que hagas nada.
bar-busy-until = Tu servidor está ocupado. Lo intentaremos de nuevo sin que hagas nada ({ $detail }).
bar-signed-out = Este dispositivo no tiene la sesión iniciada. Puedes leer lo que hay aquí, pero no llega nada nuevo.
bar-storage-full = Este dispositivo no tiene más espacio. No se puede guardar nada nuevo hasta que hagas sitio.
bar-storage-at-risk = Es posible que tu navegador borre tus mensajes cuando necesite espacio.
bar-more = ¿Qué puedo hacer?
bar-later = Ahora no
bar-clock-ahead = El reloj de este dispositivo va { $minutes } minutos adelantado. Ponlo en hora o se rechazarán mensajes.
bar-clock-behind = El reloj de este dispositivo va { $minutes } minutos atrasado. Ponlo en hora o se rechazarán mensajes.

## A conversation
conversation = Conversación
chat-actions = Más sobre este chat
message-actions = Más sobre este mensaje
search-chat = Buscar en este chat
who-can-read = ¿Quién puede leer esto?
info = Sobre este chat
info-show = Mostrar detalles
info-hide = Ocultar detalles
new-messages = Mensajes nuevos
jump = Al mensaje más reciente
jump-new = { $count ->
    [one] Al mensaje más reciente, 1 nuevo
   *[other] Al mensaje más reciente, { $count } nuevos
}
arrived-many = { $count } mensajes nuevos
say-hello = Saluda a { $name }.
wave = Saludar
encrypted-sentence = Los mensajes están cifrados de extremo a extremo. Los servidores pueden ver quién escribe a quién y cuándo.
status-leaving = Saliendo…
status-over = Terminado
status-waiting = Esperando a { $server }
not-encrypted-sentence = Sin cifrar.
operators-read = { $count ->
    [one] Quienes administran { $servers } pueden leer esto.
   *[other] Quienes administran { $servers } pueden leer esto.
}
mixed = Algunas personas usan otra aplicación. Puede que no lo admita todo.
key-changed = { $name } usa una clave de identidad nueva. Suele significar un teléfono nuevo y una clave de recuperación perdida.
standing-leaving = Estás saliendo de este chat.
standing-over = Ya no estás en este chat. Lo que tienes se queda aquí.
standing-read-only = Este chat solo se puede leer.

## Messages
edited = editado
deleted = Este mensaje se borró.
unsupported = Este mensaje necesita una versión más nueva de la aplicación.
quote-missing = El mensaje respondido no está en este dispositivo.
kind-picture = Imagen { $name }
kind-voice = Mensaje de voz { $name }
kind-file = Archivo { $name }
file = Archivo
show-all = Mostrar todo ({ $count } caracteres)
held = { $count ->
    [one] 1 archivo
   *[other] { $count } archivos
}
picture-broken = Esta imagen no se puede mostrar.
voice-broken = Este mensaje de voz no se puede reproducir.
voice-position = Posición
play = Reproducir
pause = Pausar
react = Reaccionar
reactions = Reacciones
reaction-by = de { $names }
reactions-more = y { $count } más
emoji = Emoji
reply = Responder
delivery = ¿Quién lo tiene?
delivery-sent = Escrito el { $moment }
delivery-queued = Espera a ser entregado
delivery-delivered = Entregado a su servidor
delivery-failed = No entregado
delivery-read = Leído
delivery-none = Ya no se sabe nada de ello.
delete-everyone = Borrar para todos
delete-title = ¿Borrar para todos?
delete-text = El mensaje desaparece en cada dispositivo que respeta las reglas. Puede que alguien ya lo haya leído o copiado.
discard-title = ¿Borrar este mensaje?
discard-text = No se envió. Su texto y sus archivos se perderán.
failed = No enviado.
failed-because = No enviado: { $detail }
state-waiting = Espera a ser enviado, { $time }
state-sending = Enviando, { $time }
state-sent = Enviado { $time }
state-delivered = Entregado al servidor { $time }
state-read = { $of ->
    [one] Enviado { $time }, leído
   *[other] Enviado { $time }, leído por { $by } de { $of }
}
state-failed = No enviado
label-author = { $author }, { $time }
label-event = { $text }, { $time }
label-reply = en respuesta a: { $excerpt }
label-reactions = Reacciones: { $list }
label-picture = Imagen: { $name }, { $size }
label-file = Archivo: { $name }, { $size }
label-voice = Mensaje de voz, { $duration }

## Events in a conversation
short-added = Se añadió a alguien
short-removed = Se quitó a alguien
short-left = Alguien se fue
short-renamed = Cambió el nombre
short-device-changed = Cambió un dispositivo
short-identity-changed = Cambió una clave de identidad
short-joined = Te añadieron
short-continued = El chat continúa
short-policy = Cambiaron las reglas
short-ended = El chat ha terminado
event-added = { $who ->
    [you] Añadiste a { $about }.
   *[other] { $by } añadió a { $about }.
}
event-removed = { $who ->
    [you] Quitaste a { $about }.
   *[other] { $by } quitó a { $about }.
}
event-left = { $who ->
    [you] Saliste.
   *[other] { $by } salió.
}
event-joined = { $who ->
    [you] Te uniste.
   *[other] { $by } te añadió.
}
event-renamed = { $who ->
    [you] Llamaste a este chat «{ $text }».
   *[other] { $by } llamó a este chat «{ $text }».
}
event-device-changed = { $who ->
    [you] Cambiaste un dispositivo: { $text }
   *[other] { $by } cambió un dispositivo: { $text }
}
event-identity-changed = { $by } usa una clave de identidad nueva.
event-continued = { $who ->
    [you] Continuaste este chat aquí.
   *[other] { $by } continuó este chat aquí.
}
event-policy = Las reglas del servidor cambiaron: { $text }
event-ended = Este chat ha terminado.

## Writing
composer = Escribir un mensaje
message-to = Mensaje para { $name }
attach = Adjuntar un archivo
record = Grabar un mensaje de voz
recording = Grabando
record-cancel = Descartar la grabación
record-done = Terminar la grabación
no-microphone = No se puede usar el micrófono. Permítelo en el navegador.
send-unencrypted = Enviar sin cifrar
save-edit = Guardar el cambio
editing = Editar mensaje
edit-cancel = Dejar de editar
replying = Respuesta a { $name }
reply-cancel = No responder
tray = Archivos que se enviarán
preparing = Preparando…
uploading = Subiendo: { $done } de { $total }
upload-waits = Espera a ser subido
stop-upload = Cancelar
loading-part = Cargando: { $done } de { $total }
stop-loading = Dejar de cargar
take-out = Sacar { $name }
remove-metadata = Quitar de las imágenes la ubicación y los datos de la cámara
remove-metadata-but = Quitar de las imágenes la ubicación y los datos de la cámara; en los demás archivos se conservan
file-too-large = Demasiado grande: como mucho { $limit }
text-too-long = Demasiado largo: { $count } caracteres, como mucho { $limit }. Envíalo como archivo.
mention-people = Personas que mencionar
draft-kept = Tu borrador se conserva:

## What is in the way
obstacle = Lo que impide escribir
obstacle-unverified = No se puede escribir: un dispositivo de { $names } no se pudo verificar. Si envías algo, podrá leerlo.
obstacle-waiting-for-server = Esperando a { $server }. Puedes leer y escribir; los cambios de personas llegan después.
obstacle-waiting-for-keys = { $name } aún no tiene ningún dispositivo aquí. Podrás escribir en cuanto haya uno.
obstacle-cannot-go-on = El chat no puede seguir así.
why-silent = Su servidor no responde desde hace tres días. Los mensajes siguen pasando. Puedes continuar en tu servidor.
why-apart = Puede que alguien de aquí haya perdido el hilo. Puedes empezarlo de nuevo con todos.
why-unappliable = Se detuvo en un cambio que no se puede aplicar. Puedes seguir sin él.
why-forgotten = Su servidor ha olvidado por dónde iba. Puedes continuar en tu servidor.
why-lost = A este dispositivo le faltan cambios. Espera a que otro dispositivo tuyo lo añada de nuevo. Si no tienes otro, pide a alguien del chat que te quite y te añada otra vez.
why-forked = Su servidor ha contado cosas distintas a cada uno, y puede que falten mensajes. Continuar vuelve a reunir a todos.
obstacle-continuation = { $name } continuó este chat de nuevo, aunque al anterior no parece pasarle nada. Aquí no se envía nada hasta que aceptes.
obstacle-rejoin = Este dispositivo perdió su sitio en este chat. { $name } le pide que se una de nuevo. Tu historial se queda.
obstacle-policy = Las reglas de tu servidor no permiten escribir aquí: { $policy }. Lo escrito se puede seguir leyendo.
go-on = Continuar el chat
go-on-there = Continuar aquí
rejoin = Unirse de nuevo
send-anyway = Enviar de todos modos
send-anyway-text = Todos los dispositivos de este chat pueden leer lo que escribes, también el de { $names } que no se pudo verificar. Desde ahora queda aceptado.
remove-device = Quitar este dispositivo
remove-leaf-text = El dispositivo de { $names } que no se pudo verificar se quita de este chat. Sus otros dispositivos se quedan.
identity-changed = La identidad de { $name } cambió desde que la verificaste. Puede que otra persona escriba en su nombre, o que tenga un teléfono nuevo.
identity-changed-since = La identidad de { $name } cambió desde que la verificaste el { $date }. Puede que otra persona escriba en su nombre, o que tenga un teléfono nuevo.
verify-again = Verificar de nuevo
numbers-match = Los números coinciden
trust-without = Continuar sin verificar
trust-without-title = ¿Continuar con { $name } sin verificar?
trust-without-text = No has comprobado que la clave nueva sea de { $name }. Los mensajes van cifrados, pero no es seguro para quién.

## Who can read this?
readers-encrypted = Los mensajes están cifrados de extremo a extremo. Los servidores pueden ver quién escribe a quién y cuándo.
readers-count = { $people ->
    [one] 1 persona
   *[other] { $people } personas
}, { $devices ->
    [one] 1 dispositivo
   *[other] { $devices } dispositivos
}
readers-people = { $people ->
    [one] 1 persona
   *[other] { $people } personas
}
readers-servers = { $count ->
    [one] Servidor: { $servers }
   *[other] Servidores: { $servers }
}
readers-mixed = Aquí hay personas con otras aplicaciones. Sus servidores responden por sus claves.
readers-suspect = Un dispositivo no se pudo verificar
devices-count = { $count ->
    [one] 1 dispositivo
   *[other] { $count } dispositivos
}
people-count = { $count ->
    [one] 1 persona
   *[other] { $count } personas
}
trust-you = Eres tú
trust-first-contact = Sin verificar. La clave es la del primer contacto.
trust-vouched-for-by-server = Sin verificar. Su servidor responde por las claves.
trust-verified-invitation = Verificado por invitación, { $date }
trust-verified-comparison = Verificado en persona, { $date }
trust-invited = Vino con una invitación que no demuestra nada sobre la clave
trust-changed-first = Usa una clave de identidad nueva. Sin verificar.
trust-changed-verified = La identidad cambió desde que la verificaste
trust-none = No tiene claves que conozcamos
person = Persona
person-server = Cuenta en { $server }
safety-number = Número de seguridad
safety-number-hint = Compara estas 60 cifras con { $name } en persona o en una llamada de confianza. Si son iguales en ambos lados, no hay nadie en medio.
verified-now = { $name } está verificado
write-to = Escribir a { $name }
remove-from-chat = Quitar de este chat

## People and chats: what is asked before
chosen = Personas elegidas
address = Dirección
address-hint = Como ana@example.org
known-people = Personas que conoces
start-chat = Empezar el chat
start-group = Empezar el grupo
start-unencrypted = Empezar un chat sin cifrar
start-separate = Empezar una conversación aparte sin cifrar
group-name = Nombre del grupo
group-name-hint = Solo lo ven las personas del grupo.
new-encrypted = Lo que escribas irá cifrado de extremo a extremo.
new-plain = { $count ->
    [one] { $names } no puede leer mensajes cifrados.
   *[other] { $names } no pueden leer mensajes cifrados.
} Este chat no irá cifrado: quienes administran los servidores implicados ({ $servers }) pueden leerlo.
new-waiting = Alguien aún no tiene un dispositivo listo. Recibirá tus mensajes cuando lo tenga.
add-people = Añadir personas
add-hint = Podrán leer todo lo que se escriba desde ahora y nada de antes.
add-plain = { $count ->
    [one] { $names } no puede leer mensajes cifrados.
   *[other] { $names } no pueden leer mensajes cifrados.
} Un chat cifrado nunca deja de estarlo. Puedes empezar otro aparte.
rename = Cambiar el nombre
rename-hint = Todos en el chat ven el nombre nuevo y que fuiste tú.
pin = Fijar
unpin = Dejar de fijar
do-archive = Archivar
unarchive = Sacar del archivo
archived-done = Archivado
unarchived-done = De vuelta entre tus chats
mute = Silenciar
unmute = Dejar de silenciar
mute-legend = ¿Cuánto tiempo?
mute-hour = 1 hora
mute-8-hours = 8 horas
mute-week = 1 semana
mute-always = Siempre
mute-hint = Si alguien te menciona, te enterarás igual.
block = Bloquear
block-title = ¿Bloquear a { $name }?
block-text = Ya no podrá escribirte, y no se le avisa. Puedes deshacerlo en los ajustes, en «Privacidad». En los grupos seguís viendo los mensajes de ambos.
blocked-done = { $name } está bloqueado
unblock = Desbloquear
unblock-name = Desbloquear a { $name }
unblocked-done = { $name } puede volver a escribirte
leave = Salir del chat
leave-title = ¿Salir de «{ $name }»?
leave-text = No recibirás más mensajes de este chat. Para volver, alguien tiene que añadirte otra vez. Lo que tienes se queda en este dispositivo.
remove-title = ¿Quitar a { $name }?
remove-text = { $name } no podrá leer nada de lo que se escriba después. Lo que ya tienen sus dispositivos se queda allí. Todos ven que fuiste tú.
request = Solicitud de mensaje
request-from = { $name } ({ $handle }) quiere escribirte.
request-group = { $name } quiere añadirte a un grupo.
request-inside = Dentro: { $names }
request-unseen = No puede ver que lees esto. Los enlaces están inactivos.
request-delete-title = ¿Borrar esta solicitud?
request-delete-text = Los mensajes se borran de este dispositivo. No se avisa a quien los envió.
accept = Aceptar

## Joining
join-title = { $name } te invita a { $server }
join-title-nobody = Te invitan a { $server }
join-server = Servidor
join-operator = Quién lo administra
join-operator-unknown = El servidor no lo dice
join-policy = Cifrado
join-proves = Esta invitación os demuestra a ambos quién es el otro: { $name } y tú os veréis como verificados.
join-expires = La invitación vale hasta el { $moment }.
join-start = Unirme
join-name-title = ¿Cómo te llamas?
your-name = Tu nombre
your-name-hint = Como te conoce tu gente. Puedes cambiarlo más tarde.
your-handle = Tu dirección
your-handle-hint = Te escriben a { $handle }. No cambia.
name-missing = Escribe un nombre.
handle-wrong = Solo letras minúsculas de la a a la z, cifras y _, como mucho 30.
join-password-title = Elige una contraseña
password = Contraseña
password-show = Mostrar
password-hide = Ocultar
password-hint = Al menos { $least } caracteres. Unas cuantas palabras van bien. Tu navegador puede crear y guardar una.
password-short = Al menos { $least } caracteres, por favor.
join = Unirme
join-making-keys = Creando tus claves…
join-keys = Las claves de tus mensajes se crean ahora, en este dispositivo. Nunca salen de él.
join-lost = Si pierdes todos tus dispositivos, pierdes tus mensajes. La contraseña solo te devuelve la cuenta.
policy-off = Los mensajes no van cifrados: quienes administran los servidores implicados pueden leerlos.
policy-allowed = Los mensajes pueden ir cifrados de extremo a extremo, si así se elige.
policy-default = Los mensajes van cifrados de extremo a extremo siempre que todos en el chat puedan.
policy-required = Todos los mensajes van cifrados de extremo a extremo.
already-title = Ya estás aquí
already-text = Este navegador es de { $handle }. Una invitación es para quien aún no tiene cuenta.
open-app = Abrir Alcove
invitation-loading = Abriendo la invitación…
invitation-unreachable = No se pudo abrir la invitación
invitation-expired = Esta invitación ha caducado
invitation-expired-text = Pide otra a quien te la envió.
invitation-used = Esta invitación ya se usó
invitation-used-text = Una invitación es para una persona. Si no fuiste tú quien la usó, díselo a quien te la envió.
invitation-revoked = Esta invitación se retiró
invitation-revoked-text = Quien la creó la ha retirado. Pídele otra.
invitation-unknown = No existe esa invitación
invitation-unknown-text = Puede que falte parte del enlace. Cópialo entero, con todo lo que va tras el signo #, o pide otro.
invitation-have-account = ¿Ya tienes una cuenta?

## Signing in, a second device
sign-in = Iniciar sesión
sign-in-title = Iniciar sesión en { $server }
name = Nombre
signing-in = Iniciando sesión…
sign-in-hint = Este navegador será un dispositivo tuyo. Otro dispositivo tuyo tiene que aprobarlo antes de que pueda leer tus chats.
sign-in-no-account = ¿Es tu primera vez? Necesitas una invitación: pídela a alguien que ya esté aquí.
plain-pages = Las páginas sencillas de este servidor
device = Dispositivo
device-title = { $browser } en { $system }
waiting-title = Aprueba este dispositivo en el otro
waiting-how = En un dispositivo con la sesión iniciada, abre Ajustes → Dispositivos → Vincular un dispositivo.
waiting-digits = Escribe allí estas cifras:
waiting-for-device = Esperando a tu otro dispositivo…
waiting-code = Usar un código
waiting-qr = Código de este dispositivo, para escanear
waiting-code-text = Escanéalo con un dispositivo tuyo o escribe allí este texto:
waiting-warning = Nadie más, ni siquiera quien administra el servidor, necesita este código ni estas cifras. Quien los tenga puede leer tus mensajes.
waiting-leave = Parar y cerrar sesión
waiting-leave-text = Este dispositivo se olvida. Puedes iniciar sesión más tarde.
confirm-title = ¿Qué dice tu otro dispositivo?
confirm-text = Sigue solo si tu otro dispositivo dice que las cifras son correctas.
confirm-yes = Dice que son correctas
confirm-no = Dice otra cosa
pairing-over = Este dispositivo no fue aprobado
pairing-anew = Intentar de nuevo
pairing-approved = Este dispositivo está aprobado.
pairing-matched = Las cifras son correctas. Dilo ahora en el dispositivo nuevo.
pairing-scanned = El código es correcto. El dispositivo nuevo sigue por sí solo.
pairing-refused = Se rechazó.
pairing-expired = Tardó demasiado.
pairing-elsewhere = Otro dispositivo tuyo lo decidió.
pairing-mismatch = Algo no encaja: puede que haya alguien en medio. Inténtalo de nuevo y, si se repite, díselo a quien administra tu servidor.
pairing-asks = Un dispositivo nuevo pide ser añadido.
pairing-asks-text = Se llama «{ $title }». ¿Eres tú, con ese dispositivo en la mano?
pairing-look = Ver
pairing-it-is-me = Soy yo
pairing-not-me = No soy yo
pairing-digits = Cifras del dispositivo nuevo
pairing-digits-hint = Seis cifras. El dispositivo nuevo las muestra.
pairing-wrong = { $count ->
    [0] Esas no son las cifras.
    [one] Esas no son las cifras. Queda 1 intento.
   *[other] Esas no son las cifras. Quedan { $count } intentos.
}
link-device = Vincular un dispositivo
link-warning = Hazlo solo si tienes el otro dispositivo en la mano. Nunca te pediremos que escanees un código. Nadie más, ni siquiera quien administra el servidor, necesita uno.
link-step-1 = En el otro dispositivo, abre { $address }.
link-step-2 = Inicia sesión allí con tu nombre y tu contraseña.
link-step-3 = Aparecerá aquí. Escribe entonces las seis cifras que muestra o escanea su código.
link-waiting = Esperando al otro dispositivo…
link-by-code = Usar el código del otro dispositivo
link-code = Código
link-code-hint = El texto bajo la imagen en el otro dispositivo.
link-it = Vincular
link-scan = Escanear su código con la cámara
link-read = El código se ha leído. Esperando al otro dispositivo…
scan-title = Escanear el código
scan-hint = Apunta la cámara a la imagen del código que muestra el otro dispositivo. Lo que ve la cámara se queda en este dispositivo.
scan-picture = Lo que ve la cámara
scan-starting = La cámara se está iniciando. Puede que el navegador te pregunte antes.
scan-looking = Buscando un código…
scan-foreign = Este no es un código de un dispositivo nuevo.
scan-none = Aquí no hay ninguna cámara.
scan-refused = No se permite usar la cámara. Permítela en el navegador.
scan-busy = La cámara no se puede usar ahora. Puede que la esté usando otro programa.
scan-stopped = La cámara se ha parado.
scan-failed = La cámara no funciona.
scan-unloaded = No se pudo cargar la parte de la aplicación que lee los códigos. ¿Hay conexión a internet?
scan-instead = También funciona sin cámara: escribe el texto bajo el código o las seis cifras.

## Locked, stopped, not possible
locked-title = Bloqueado
passphrase = Frase de paso
unlock = Desbloquear
unlocking = Desbloqueando…
elsewhere-title = Alcove está abierto en otra pestaña
elsewhere-text = Solo una pestaña puede trabajar a la vez. Cierra la otra y esta seguirá por sí sola.
unsupported-title = Este navegador no puede ejecutar Alcove
unsupported-no-webcrypto = Aquí no tiene herramientas de cifrado. La página debe abrirse por https.
unsupported-no-storage = No guarda nada. Así es en las ventanas privadas, que olvidan claves y mensajes al cerrarse: usa una ventana normal.
unsupported-no-locks = Es demasiado antiguo para evitar que dos pestañas escriban a la vez. Actualízalo.
unsupported-no-wasm = No ejecuta WebAssembly. Actualízalo o permítelo en sus ajustes.
unsupported-hint = Funcionan las versiones actuales de Firefox, Chrome, Edge y Safari.
stopped-removed-title = Este dispositivo fue quitado
stopped-removed = Fue quitado de tu cuenta. No puede leer nada nuevo.
stopped-copied-title = Este dispositivo fue copiado o restaurado
stopped-copied = Sus datos son más antiguos que lo que ya envió, o se usan en otro sitio. Seguir no sería seguro, así que se detiene aquí.
stopped-signed-out-title = La sesión está cerrada
stopped-signed-out = La sesión de este dispositivo se cerró, por ti o por tu servidor.
stopped-damaged-title = Los datos de este dispositivo están dañados
stopped-damaged = Parte de lo que se guardaba aquí falta o fue cambiado. La aplicación no adivina, así que se detiene aquí.
stopped-evicted-title = Tu navegador borró los datos
stopped-evicted = Los mensajes y las claves de este dispositivo ya no están. Cuenta como un dispositivo perdido: inicia sesión de nuevo y apruébalo en otro.
stopped-other-title = Algo salió mal
stopped-other = La aplicación se detuvo. No se perdió nada de lo confirmado. Cargarla de nuevo suele ayudar.
server-said = Lo que sabemos:
reload = Cargar de nuevo
sign-in-anew = Iniciar sesión de nuevo
wipe = Borrar e iniciar sesión
wipe-title = ¿Borrar lo que hay en este dispositivo?
wipe-text = Se pierden los mensajes que solo están aquí. Después puedes iniciar sesión como dispositivo nuevo.

## Settings
settings-choose = Elige un ajuste.
settings-devices = Dispositivos
settings-invitations = Invitaciones
settings-notifications = Notificaciones
settings-privacy = Privacidad
settings-looks = Aspecto e idioma
settings-security = Seguridad
sign-out = Cerrar sesión
sign-out-title = ¿Cerrar sesión y borrar lo que hay aquí?
sign-out-text = Se borran todos los mensajes y claves de este dispositivo. Si es el único que tienes, pierdes tus mensajes.
keys = Teclado
devices-hint = Cada dispositivo tiene sus propias claves y es miembro de tus chats por sí mismo.
device-this = Este dispositivo
device-pending = Aún sin aprobar
device-seen = Visto por última vez el { $moment }
device-since = Desde el { $date }
device-actions = Más sobre { $title }
device-rename = Cambiar el nombre
device-name = Nombre del dispositivo
device-remove = Quitar
device-remove-title = ¿Quitar «{ $title }»?
device-remove-why = ¿Por qué?
device-retired = Ya no lo uso
device-lost = Se perdió o puede que lo tenga otra persona
device-retired-text = No podrá leer nada de lo que se escriba después. Lo que ya tiene se queda allí.
device-lost-text = No podrá leer nada de lo que se escriba después. También se reemplaza tu clave de identidad, y tus contactos sabrán que cambió. Lo que el dispositivo ya tiene se queda allí.
device-removed = { $title } está quitado
lost-device = Si pierdes un dispositivo
lost-device-text = Con otro dispositivo no pierdes nada: quita allí el perdido. Sin otro, la contraseña te devuelve la cuenta, pero no los mensajes, y tus contactos verán que tu identidad cambió. En el servidor no hay ninguna copia que podamos leer.
invitations-hint = Cada enlace es para una persona. Os demuestra a ambos quién es el otro.
invite = Invitar a alguien
invite-make = Crear un enlace
invite-made = Invitación
invite-name = ¿Para quién es?
invite-name-hint = Puede cambiarlo. Solo lo veis esa persona y tú.
invite-days = Vale por
invite-give = Dáselo a esa persona, mejor en persona o por un medio de confianza.
invite-give-name = Dáselo a { $name }, mejor en persona o por un medio de confianza.
invite-qr = Invitación como código, para escanear
invite-once = Sirve una vez, hasta el { $moment }. Solo se muestra ahora.
copy-link = Copiar el enlace
invitations-none = Aún no has invitado a nadie.
invitation-for-anyone = Invitación
own-invitation-open = Abierta hasta el { $moment }
own-invitation-expired = Caducó el { $moment }
own-invitation-used = Ya se usó
own-invitation-revoked = Se retiró
revoke = Retirar
revoke-title = ¿Retirar esta invitación?
revoke-text = El enlace deja de funcionar al momento.
notifications-on = Notificaciones
notifications-honest = Recibes avisos mientras Alcove está abierto, también en segundo plano. Cuando está cerrado, aquí no llega nada.
notifications-show = Qué muestran
notifications-all = Nombre y texto
notifications-name = Solo el nombre
notifications-none = Solo que hay algo nuevo
notifications-mute = Puedes silenciar chats sueltos en su menú.
notifications-denied = Tu navegador no permite notificaciones. Puedes cambiarlo en sus ajustes.
notification-new = Mensaje nuevo
receipts = Mostrar cuándo he leído
receipts-hint = Los demás ven cuándo has leído sus mensajes. En las solicitudes, nunca.
blocked = Personas bloqueadas
blocked-hint = No pueden escribirte, y no se les avisa.
blocked-none = No has bloqueado a nadie.
privacy-always = Siempre así
privacy-typing = Nadie sabe que estás escribiendo.
privacy-previews = Los enlaces no se abren hasta que los abres tú.
privacy-metadata = Se quitan de las imágenes la ubicación y los datos de la cámara, si no quieres otra cosa.
privacy-servers = Los servidores pueden ver quién escribe a quién, cuándo y cuánto.
theme = Colores
theme-system = Como el sistema
theme-light = Claro
theme-dark = Oscuro
language = Idioma
language-browser = Como el navegador
enter-sends = Intro envía
enter-sends-hint = Si no, Intro empieza una línea nueva y Ctrl+Intro envía.
passphrase-is = Al abrir la aplicación se pide una frase de paso.
passphrase-none = No hay frase de paso: quien pueda usar este navegador puede leer tus mensajes.
passphrase-copied = Los mensajes se guardan cifrados. Sin frase de paso, la clave está en el mismo perfil del navegador: quien copie el perfil puede leerlos. Solo una frase de paso protege de eso.
passphrase-choose = Elegir una frase de paso
passphrase-change = Cambiar la frase de paso
passphrase-take = Quitar la frase de paso
passphrase-current = Frase de paso actual
passphrase-new = Frase de paso nueva
passphrase-hint = Cinco palabras al azar van bien. Nadie puede restablecerla: si la olvidas, se pierde lo que hay en este dispositivo.
passphrase-short = Al menos { $least } caracteres, por favor.
passphrase-working = Bloqueando…
passphrase-set = La frase de paso está puesta
passphrase-taken = La frase de paso está quitada
password-change = Cambiar la contraseña
password-current = Contraseña actual
password-new = Contraseña nueva
password-changed = La contraseña está cambiada
storage = Almacenamiento
storage-kept = Tu navegador ha prometido conservar los datos de esta aplicación.
storage-not-kept = Es posible que tu navegador borre los datos de esta aplicación cuando necesite espacio o cuando pases mucho tiempo sin venir. Instala la aplicación o añádela a la pantalla de inicio, y añade un segundo dispositivo.
about-app = Lo que esta aplicación puede prometer
about-app-text = Esta aplicación vino de { $server }. Quien se haga con ese servidor podría cambiar la aplicación que cargues la próxima vez. Para tener protección incluso entonces, usa la aplicación de escritorio o de terminal, o un navegador con WEBCAT.

## Keys
key-previous = Chat anterior
key-next = Chat siguiente
key-previous-unread = Chat anterior sin leer
key-next-unread = Chat siguiente sin leer
key-number = Chat por su lugar
key-new = Chat nuevo
key-search = Buscar
key-search-chat = Buscar en este chat
key-composer = Escribir
key-newest = Mensaje más reciente
key-reply = Responder a un mensaje
key-react = Reaccionar a un mensaje
key-delete = Borrar tu mensaje
key-attach = Adjuntar un archivo
key-settings = Ajustes
key-sheet = Esta página
key-regions = Siguiente parte de la ventana
key-edit-last = Editar tu último mensaje
key-send = Enviar

## What was refused
error-other = No funcionó. Inténtalo de nuevo.
error-quoted = { $sentence } («{ $detail }»)
error-offline = No hay conexión. Inténtalo más tarde.
error-locked = La aplicación está bloqueada.
error-wrong-password = El nombre o la contraseña no es correcto.
error-wrong-passphrase = La frase de paso no es correcta.
error-too-many = Demasiados intentos. Espera un rato.
error-name-taken = Esa dirección está ocupada. Elige otra.
error-name-invalid = Esa dirección no es posible. Solo letras minúsculas, cifras y _.
error-password-weak = Esa contraseña es demasiado fácil de adivinar. Elige otra.
error-not-found = No se encontró a nadie con esa dirección.
error-policy = Las reglas de tu servidor no lo permiten.
error-cannot-encrypt = No se puede cifrar para alguien de aquí.
error-file-too-large = El archivo es demasiado grande.
error-file-unreadable = El archivo no se puede leer.
error-file-damaged = Este archivo se dañó por el camino o en el servidor. No se ha abierto nada de él.
error-file-expired = El archivo ya no está en el servidor. Los servidores guardan los archivos 30 días.
error-metadata-stays = Este navegador no puede leer la imagen, así que la ubicación y los datos de la cámara se quedarían en ella. Para enviarla tal como está, desactiva esa opción.
error-picture-too-large = La imagen tiene demasiados píxeles.
error-storage-full = Este dispositivo no tiene más espacio.
error-gone = Eso ya no está.
error-invitation-expired = La invitación ha caducado.
error-invitation-used = La invitación ya se usó.
error-invitation-revoked = La invitación se retiró.
error-invitation-wrong = El enlace está incompleto o fue cambiado.
error-invitation-changed = El servidor cambió algo de la invitación. No se demostró nada, así que no te has unido.
error-wrong-code = Ningún dispositivo nuevo tuyo espera con este código.
error-wrong-digits = Esas no son las cifras.
error-signed-out = La sesión está cerrada.
error-clock = El reloj de este dispositivo no va bien.
error-busy = El servidor pide paciencia. Inténtalo dentro de un rato.
error-server-trouble = El servidor tiene un problema. Inténtalo más tarde.
error-forbidden = Tu servidor no lo permite.
error-not-yet = Esta versión de la aplicación aún no puede hacerlo.
error-no-device = Aquí aún no hay ningún dispositivo.
error-no-invitation = Este no es el enlace de una invitación.
error-no-storage = Este navegador no guarda nada. Usa una ventana normal.
error-storage = Este navegador no pudo guardarlo.
error-storage-lost = El navegador cerró su almacenamiento. Carga la aplicación de nuevo.
error-crashed = La aplicación se detuvo. Cárgala de nuevo.
error-damaged = Parte de lo que se guardaba aquí falta o fue cambiado.
error-another-account = Este navegador es de otra cuenta. Cierra primero la sesión allí.
error-another-identity = La identidad de esa cuenta no es la de antes.
error-unverified = Un dispositivo de este chat no se pudo verificar.
error-not-approved = Este dispositivo aún no está aprobado.
error-unknown-chat = Este chat ya no está.
error-chat-over = Este chat ha terminado.
error-limit = Es más de lo que se puede.
error-encryption = No se pudo cifrar.
