# The middle of the tour: a problem becomes a ticket, is answered, closed, and gone on its day. Sourced by scripts/demo, which
# has started Kept and the sandbox, installed the app, and says what `step`, `kept`, `show`, `fail` and `evaluate` are.
# shellcheck shell=bash
# shellcheck disable=SC2154 # what scripts/demo has set

reporter=grace@example.com
word='Project Zebra'
# A picture of one pixel.
picture=iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==

# Who does it, and what came back.
says() {
    printf '  %-7s %s\n' "$1" "$2"
}

# A call of the app's page, as whoever looks at the site: the site signs who that is. Prints the answer.
# usage: page_call <admin|member> <method> <path> [<body>] [<argument of curl…>]
page_call() {
    local who=$1 method=$2 path=$3 body=${4:-} token
    shift "$(($# < 4 ? $# : 4))"
    sandbox_post user "{\"site\":\"jira\",\"who\":\"$who\"}" >/dev/null
    token=$(fetch "$sandbox_url/sandbox/api/context?site=jira" | evaluate it.token)
    fetch --request "$method" --header "authorization: JWT $token" --header 'content-type: application/json' \
        ${body:+--data "$body"} "$@" "$kept_url$path"
}

# A call of the console, as the person who is signed in. Prints the answer.
# usage: console_call <method> <path> [<body>] [<argument of curl…>]
console_call() {
    local method=$1 path=$2 body=${3:-}
    shift "$(($# < 3 ? $# : 3))"
    fetch --request "$method" --header "origin: $KEPT_BASE_URL" --header 'x-kept-console: 1' \
        ${session:+--header "cookie: $session"} ${body:+--data "$body"} "$@" "$kept_url/console/api/v1$path"
}

# What the sandbox holds: mails, and what is at the desk.
sandbox_state() {
    fetch "$sandbox_url/sandbox/api/state"
}

# Waits until an expression about that is true, and leaves its value in `found`. The service works by itself meanwhile.
wait_for() {
    local deadline=$((SECONDS + 30))
    until found=$(sandbox_state | evaluate "$2") && [[ -n $found && $found != false ]]; do
        ((SECONDS < deadline)) || fail "$1 did not come within 30 seconds."
        sleep 0.2
    done
}

# Mails to the user alone: Kept writes to others, too.
theirs="it.mails.filter((mail) => mail.to.includes('$reporter'))"

mail_count() {
    sandbox_state | evaluate "$theirs.length"
}

# Waits for another mail than there were, and takes the link to the report out of it.
next_mail() {
    wait_for 'The next mail' "const mails = $theirs; mails.length > $1 && \`to \${mails.at(-1).to}: “\${mails.at(-1).subject}”\`"
    says Mailbox "$found"
    wait_for 'A link in the mail' "$theirs.at(-1).text.match(/https?:\\S*\\/status\\/[\\w-]+/)?.[0]"
    page=${found/#"$KEPT_BASE_URL"/"$kept_url"}
}

# The page behind a link as somebody reads it.
read_page() {
    fetch "$1" | tr '\n' ' ' | sed -e 's/<[^>]*>/ /g' -e 's/&#60;/</g' -e 's/&#62;/>/g' | tr --squeeze-repeats ' '
}

# Fails unless the page behind the mailed link says this.
page_says() {
    local text
    text=$(read_page "$page")
    [[ $text == *"$1"* ]] || fail "the page of the report should say “$1”, and says: $text"
    says Page "shows “$1”"
}

desk_has() {
    local count
    count=$(sandbox_state | evaluate it.desk.count)
    [[ $count == "$1" ]] || fail "the desk should have $1 requests, and has $count."
}

press() {
    printf '$ curl -X POST %s/… --data %s\n' "${page%/*}" "${*@Q}"
    local arguments=() field
    for field in "$@"; do
        arguments+=(--data-urlencode "$field")
    done
    fetch "${arguments[@]}" "$page" >/dev/null
}

# What would be sent, with the texts masked that were selected.
preview() {
    page_call member POST /api/v1/problem-reports/preview "{
        \"description\": \"I dragged a card for $reporter of $word, and it was gone.\", \"severity\": \"high\", \"mask\": $1,
        \"attachments\": [{\"name\": \"screen.png\", \"base64\": \"$picture\"}]}"
}

# The text of the report in it.
would_send() {
    evaluate 'JSON.parse(atob(it.items.find((item) => item.name === "report").content)).description' <shown.json
}

# Sends what is in report.json: always under the same key, as the page does for one report.
send_report() {
    page_call member POST /api/v1/problem-reports @report.json --header 'idempotency-key: one-click-of-the-demo'
}

report_a_problem() {
    local frame text mails again
    step 'A user opens “Report a problem” in the site. Kept shows exactly what would be sent, and stores nothing yet.'
    sandbox_post user '{"site":"jira","who":"member"}' >/dev/null
    frame=$(fetch "$sandbox_url/sandbox/api/page-url?site=jira&module=kept-report" | evaluate it.url)
    fetch "$frame" >/dev/null
    says User "writes “I dragged a card for $reporter of $word, and it was gone.”"
    preview '[]' >shown.json
    text=$(would_send)
    says Kept "shows  “$text”"
    [[ $text != *"$reporter"* ]] || fail 'an address should be masked.'

    step 'The user selects what no pattern can know, looks again, agrees to the picture, and sends exactly that.'
    preview "[\"$word\"]" >shown.json
    text=$(would_send)
    says Kept "shows  “$text”"
    [[ $text != *"$word"* ]] || fail 'what was selected should be masked.'
    evaluate 'JSON.stringify({previewToken: it.previewToken, email: process.argv[2], language: "en",
        items: it.items.map(({name, content}) => ({name, content})),
        consents: it.items.filter((item) => item.needsConsent).map((item) => item.name)})' "$reporter" <shown.json >report.json
    mails=$(mail_count)
    send_report >sent.json
    number=$(evaluate it.number <sent.json)
    text=$(evaluate 'it.deletedOn.slice(0, 10)' <sent.json)
    says Kept "took it as $number. Everything of it is deleted on $text at the latest"
    wait_for 'The mail to support' "const mail = it.mails.find((mail) => mail.to.includes('$KEPT_SUPPORT_EMAIL'));
        mail && \`is told by a mail, with a number and a link: “\${mail.subject}”\`"
    says Support "$found"
    again=$(send_report | evaluate it.number)
    [[ $again == "$number" ]] || fail 'a second click should be the same report.'
    says User "clicks once more: it is still $number, and no second one"

    step 'The mail has a number and a link, and no text. Its button confirms the address; only then the desk hears of it.'
    next_mail "$mails"
    desk_has 0
    press do=confirm
    page_says 'I dragged a card for <email-1> of <selected-1>'
    wait_for 'The request at the desk' 'const [request] = it.desk.requests;
        request?.attachments.length === 1 && `${request.key}  ${request.summary}`'
    says Desk "$found"
    wait_for 'Its reporter' 'const [request] = it.desk.requests;
        request.onBehalfOf && `raised on behalf of ${request.onBehalfOf}, with ${request.attachments[0].name}`'
    says Desk "$found"
}

# Signs in to the console.
# usage: sign_in <members of the body…>
sign_in() {
    local code role
    code=$("$programs/sandbox" code "$code_address" ${KEPT_CLOCK:+--at "$KEPT_CLOCK"})
    session=
    role=$(console_call POST /session "{\"name\":\"lena\",\"code\":\"$code\",$1}" --dump-header headers.txt | evaluate it.role)
    session=$(sed -n 's/^set-cookie: \([^;]*\).*/\1/Ip' headers.txt)
    says Lena "is signed in with a password and a one-time code, as $role"
}

staff_looks() {
    local text
    step 'The vendor adds somebody to its staff, who signs in to the console and finds the report in the queue.'
    printf '$ kept staff add lena --role lead\n'
    kept staff add lena --role lead --json >invitation.json
    code_address=$(evaluate it.codeUri <invitation.json)
    text=$(evaluate it.password <invitation.json)
    sign_in "\"password\":\"$text\",\"newPassword\":\"$password\""
    text=$(console_call GET /tickets | evaluate 'it.items.map((one) =>
        `${one.number}  ${one.state}  ${one.severity}  ${one.product}  goes on ${one.goesAt.slice(0, 10)}`).join("\n")')
    says Queue "$text"

    step 'What was sent with it opens for a reason alone, and for minutes. The customer’s admin sees who it was, and why.'
    text=$(console_call GET "/tickets/$number/bundle" 2>/dev/null) && fail 'a bundle should need a reason.'
    text=$(evaluate 'it.code === "grant_required" ? it.title : ""' <<<"$text")
    [[ -n $text ]] || fail 'a bundle should need a reason.'
    says Lena "opens it without a reason, and reads: “$text”"
    text=$(console_call POST "/tickets/$number/bundle" '{"reason":"the board loses cards"}' | evaluate 'it.until.slice(11, 19)')
    says Lena "says why: “the board loses cards”. It is open until $text"
    text=$(console_call GET "/tickets/$number/bundle" | evaluate '
        JSON.parse(atob(it.items.find((one) => one.item.name === "report").content)).description')
    says Lena "reads  “$text”"
    access_log bundle_opened
    page_says 'lena looked into what you sent: the board loses cards'
}

# What the admin of the site sees of what the vendor's staff did.
access_log() {
    local entry
    entry=$(page_call admin GET /api/v1/access-log | evaluate "
        const found = it.items.find((one) => one.kind === '$1');
        found && [found.at.slice(0, 19), found.kind, found.who, found.ticket, found.reason].join('  ')")
    [[ -n $entry ]] || fail "the admin should see $1."
    says Admin "sees  $entry"
}

# Staff writes something, and the user gets a mail about it.
# usage: staff_writes <path of the ticket> <body> <what it says>
staff_writes() {
    local mails
    mails=$(mail_count)
    console_call POST "/tickets/$number/$1" "$2"
    says Lena "$3"
    next_mail "$mails"
}

answer_and_close() {
    local text
    step 'Staff asks, the user answers on the page, staff solves and closes it. Every mail is one more of the same thread.'
    staff_writes replies '{"text":"Which column was it?","after":"asked"}' 'asks “Which column was it?”'
    page_says 'waiting for you'
    page_says 'Which column was it?'
    press do=reply 'text=The last one.'
    text=$(console_call GET "/tickets/$number" | evaluate 'it.messages.at(-1).text')
    says Lena "reads  “$text”"
    staff_writes replies '{"text":"It is mended in version 2.","after":"solved"}' 'answers “It is mended in version 2.”'
    page_says 'It is mended in version 2.'
    wait_for 'What both wrote, at the desk' 'const { comments } = it.desk.requests[0];
        comments.length > 2 && comments.map((one) => `“${one.body.split("\n\n").slice(0, 2).join(" ")}”`).join(", ")'
    says Desk "has it too: $found"
    staff_writes state '{"step":"close","reason":"mended in version 2"}' 'closes it, because it is mended in version 2'
    text=$(sandbox_state | evaluate "
        const [first, ...others] = $theirs;
        const refers = (mail) => mail.headers.some(([name, value]) => /^references$/i.test(name) && value.includes(first.messageId));
        others.length > 0 && others.every(refers) ? 1 + others.length : ''")
    [[ -n $text ]] || fail 'the mails should be one thread.'
    says Mailbox "has $text mails about it in one thread"
    goes_at=$(console_call GET "/tickets/$number" | evaluate it.goesAt)
    page_says "Will be deleted on $(date --utc --date "$goes_at" '+%-d %B %Y')"
}

gone_on_its_day() {
    local text
    step "A closed report goes after the policy's number of days, this one at $goes_at. Time passes, up to the day before."
    stop_kept
    move_to "$(date --utc --date "$goes_at - 1 day" +%Y-%m-%dT%H:%M:%SZ)"
    start_kept
    page_says 'I dragged a card for'
    desk_has 1
    says Desk 'still has it'

    step 'And to the day itself.'
    stop_kept
    move_to "$(date --utc --date "$goes_at + 1 hour" +%Y-%m-%dT%H:%M:%SZ)"
    start_kept
    page_says 'State: deleted'
    desk_has 0
    says Desk 'has no request any more'
    sign_in "\"password\":\"$password\""
    text=$(console_call GET /tickets | evaluate it.items.length)
    [[ $text == 0 ]] || fail 'it should be gone from the queue.'
    says Queue 'is empty'
    access_log bundle_opened
}
