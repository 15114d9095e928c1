//! Tickets of all customers, filtered and in an order: what the vendor's people work from. Nothing sealed is read.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::tickets::HAS_LEFT;
use super::{Conn, Id, Millis, each, text_enum};

text_enum! {
    /// What a list is sorted by. Words have the order of their meaning.
    pub enum Sort {
        Age = "age",
        Updated = "updated",
        Goes = "goes",
        State = "state",
        Severity = "severity",
        Priority = "priority",
        Product = "product",
        Tenant = "tenant",
        Assignee = "assignee",
        /// By when the first answer is due. Those that wait for none come last.
        Due = "due",
    }
}

impl Sort {
    /// A number that grows in this order. Names of columns alone: nothing of a request stands in it.
    fn rank(self) -> String {
        let words = |column: &str, words: &[&str]| {
            let cases = words.iter().enumerate().map(|(at, word)| format!(" WHEN '{word}' THEN {at}"));
            format!("CASE {column}{} ELSE {} END", cases.collect::<String>(), words.len())
        };
        match self {
            Self::Age => "created_at".to_owned(),
            Self::Updated => "updated_at".to_owned(),
            Self::Goes => "expires_at".to_owned(),
            Self::Tenant => "tenant_id".to_owned(),
            Self::Assignee => "COALESCE(assignee_id, 0)".to_owned(),
            Self::Due => format!("CASE WHEN {UNANSWERED} THEN respond_by ELSE {} END", i64::MAX),
            Self::State => words("state", &["received", "triaged", "waiting", "solved", "closed"]),
            Self::Severity => words("severity", &["low", "normal", "high", "blocking"]),
            Self::Priority => words("priority", &["low", "normal", "high", "urgent"]),
            Self::Product => words("product", &["confluence", "jira"]),
        }
    }
}

/// What waits for its first answer.
const UNANSWERED: &str = "respond_by IS NOT NULL AND responded_at IS NULL AND closed_at IS NULL";

/// Whether tickets are listed that somebody put out of the queue for a while.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Snoozed {
    #[default]
    LeftOut,
    Alone,
    Too,
}

/// Which tickets are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub states: Vec<String>,
    pub severity: Option<String>,
    pub priority: Option<String>,
    pub product: Option<String>,
    pub tenant: Option<Id>,
    pub assignee: Option<Assignee>,
    /// Tickets about privacy are kept apart.
    pub is_privacy: Option<bool>,
    pub created_before: Option<Millis>,
    pub created_after: Option<Millis>,
    /// A part of the number, in the letters that numbers have.
    pub number: Option<String>,
    pub snoozed: Snoozed,
    /// Those alone whose first answer should have been given.
    pub is_overdue: bool,
    /// What is put away, and what is due, is so at this time.
    pub now: Option<Millis>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignee {
    Nobody,
    Somebody(Id),
}

/// After which ticket to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub rank: i64,
    pub id: Id,
}

#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct Listed {
    #[diesel(sql_type = BigInt)]
    pub tenant_id: Id,
    #[diesel(sql_type = BigInt)]
    pub id: Id,
    #[diesel(sql_type = Text)]
    pub number: String,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = Text)]
    pub severity: String,
    #[diesel(sql_type = Text)]
    pub priority: String,
    #[diesel(sql_type = Text)]
    pub product: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub assignee_id: Option<Id>,
    #[diesel(sql_type = Bool)]
    pub is_privacy: bool,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub merged_into: Option<Id>,
    #[diesel(sql_type = Text)]
    pub email_state: String,
    #[diesel(sql_type = BigInt)]
    pub created_at: Millis,
    #[diesel(sql_type = BigInt)]
    pub updated_at: Millis,
    #[diesel(sql_type = BigInt)]
    pub expires_at: Millis,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub snoozed_until: Option<Millis>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub respond_by: Option<Millis>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub responded_at: Option<Millis>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub closed_at: Option<Millis>,
    #[diesel(sql_type = BigInt)]
    rank: i64,
}

impl Listed {
    pub fn place(&self) -> Place {
        Place { rank: self.rank, id: self.id }
    }

    /// By when its first answer is due, if it still is.
    pub fn due_at(&self) -> Option<Millis> {
        let waits = self.responded_at.is_none() && self.closed_at.is_none();
        self.respond_by.filter(|_| waits)
    }
}

enum Bind {
    Number(i64),
    Word(String),
    Flag(bool),
}

/// A statement with its values, on the inner connection.
macro_rules! bound {
    ($sql:expr, $binds:expr) => {{
        let mut query = diesel::sql_query($sql).into_boxed();
        for bind in $binds {
            query = match bind {
                Bind::Number(number) => query.bind::<BigInt, _>(number),
                Bind::Word(word) => query.bind::<Text, _>(word),
                Bind::Flag(flag) => query.bind::<Bool, _>(flag),
            };
        }
        query
    }};
}

/// The next tickets in this order; `ascending` begins with the smallest.
pub fn page(
    conn: &mut Conn,
    wanted: &Wanted,
    sort: Sort,
    ascending: bool,
    after: Option<Place>,
    limit: i64,
) -> QueryResult<Vec<Listed>> {
    let (sql, binds) = statement(wanted, sort, ascending, after, limit);
    each!(conn, |conn| bound!(sql, binds).load(conn))
}

/// How many tickets there are in each state, of those that are wanted. States without any are not there.
pub fn count_by_state(conn: &mut Conn, wanted: &Wanted) -> QueryResult<Vec<(String, i64)>> {
    let (conditions, binds) = conditions(wanted);
    let filter = filter(&conditions);
    let sql = format!("SELECT state, count(*) AS count FROM tickets{filter} GROUP BY state");
    let counted: Vec<Counted> = each!(conn, |conn| bound!(sql, binds).load(conn))?;
    Ok(counted.into_iter().map(|counted| (counted.state, counted.count)).collect())
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn statement(
    wanted: &Wanted,
    sort: Sort,
    ascending: bool,
    after: Option<Place>,
    limit: i64,
) -> (String, Vec<Bind>) {
    let rank = format!("CAST({} AS BIGINT)", sort.rank());
    let (mut conditions, mut binds) = conditions(wanted);
    let (more, order) = if ascending { (">", "ASC") } else { ("<", "DESC") };
    if let Some(Place { rank: at, id }) = after {
        binds.extend([Bind::Number(at), Bind::Number(id.as_i64())]);
        conditions.push(format!("({rank}, id) {more} (${}, ${})", binds.len() - 1, binds.len()));
    }
    let filter = filter(&conditions);
    let sql = format!(
        "SELECT tenant_id, id, number, state, severity, priority, product, assignee_id, is_privacy, merged_into, \
         email_state, created_at, updated_at, expires_at, snoozed_until, respond_by, responded_at, closed_at, {rank} AS rank FROM tickets{filter} \
         ORDER BY {rank} {order}, id {order} LIMIT {limit}"
    );
    (sql, binds)
}

fn filter(conditions: &[String]) -> String {
    format!(" WHERE {}", conditions.join(" AND "))
}

fn conditions(wanted: &Wanted) -> (Vec<String>, Vec<Bind>) {
    // What is on its way to another deployment, or from one, is nobody's work.
    let stays = "tenant_id NOT IN (SELECT id FROM tenants WHERE held_by > 0)".to_owned();
    let (mut conditions, mut binds) = (vec![HAS_LEFT.to_owned(), stays], Vec::new());
    let mut add = |condition: &str, bind: Bind| {
        binds.push(bind);
        conditions.push(condition.replace('?', &format!("${}", binds.len())));
    };
    let words =
        [("severity", &wanted.severity), ("priority", &wanted.priority), ("product", &wanted.product)];
    for (column, word) in words {
        if let Some(word) = word {
            add(&format!("{column} = ?"), Bind::Word(word.clone()));
        }
    }
    if let Some(tenant) = wanted.tenant {
        add("tenant_id = ?", Bind::Number(tenant.as_i64()));
    }
    if let Some(is_privacy) = wanted.is_privacy {
        add("is_privacy = ?", Bind::Flag(is_privacy));
    }
    if let Some(before) = wanted.created_before {
        add("created_at < ?", Bind::Number(crate::clock::Timestamp::from(before).as_millis()));
    }
    if let Some(after) = wanted.created_after {
        add("created_at >= ?", Bind::Number(crate::clock::Timestamp::from(after).as_millis()));
    }
    if let Some(number) = &wanted.number {
        add("number LIKE ?", Bind::Word(format!("%{number}%")));
    }
    if let Some(Assignee::Somebody(id)) = wanted.assignee {
        add("assignee_id = ?", Bind::Number(id.as_i64()));
    }
    if let Some(now) = wanted.now.map(|now| crate::clock::Timestamp::from(now).as_millis()) {
        match wanted.snoozed {
            Snoozed::LeftOut => add("(snoozed_until IS NULL OR snoozed_until <= ?)", Bind::Number(now)),
            Snoozed::Alone => add("snoozed_until > ?", Bind::Number(now)),
            Snoozed::Too => {}
        }
        if wanted.is_overdue {
            add(&format!("{UNANSWERED} AND respond_by <= ?"), Bind::Number(now));
        }
    }
    let mut states = Vec::new();
    for state in &wanted.states {
        binds.push(Bind::Word(state.clone()));
        states.push(format!("${}", binds.len()));
    }
    if !states.is_empty() {
        conditions.push(format!("state IN ({})", states.join(", ")));
    }
    if wanted.assignee == Some(Assignee::Nobody) {
        conditions.push("assignee_id IS NULL".to_owned());
    }
    (conditions, binds)
}
