//! What each role may do: the one table of permissions.

use crate::db::text_enum;

text_enum! {
    /// Who somebody is at the vendor.
    pub enum Role {
        /// Works on tickets that are assigned to them, and sees no other.
        Agent = "agent",
        /// Sees all tickets, assigns them, and looks at accesses afterwards.
        Lead = "lead",
        /// Looks at who did what, and at nothing of what customers sent.
        Auditor = "auditor",
        /// Runs the service and its accounts, and sees no ticket.
        Operator = "operator",
    }
}

text_enum! {
    /// What a route needs.
    pub enum Permission {
        /// Of everybody who is signed in.
        OwnSession = "staff",
        /// Lists of tickets: agents see their own.
        Queue = "staff: queue",
        /// What a ticket says, and what is done about it. Agents: if it is assigned to them.
        Ticket = "staff: ticket",
        /// What is said about all tickets of one problem, and becomes of all: to those that follow one, by the one that they follow.
        /// Agents: if that one is assigned to them, whoever has the others, since a lead made them one. It shows nothing of them.
        Problem = "staff: problem",
        /// Making a ticket for somebody who called or wrote a letter. An agent has the ticket that they make.
        Intake = "staff: take in",
        /// Looking into a bundle, and taking it out. Agents: if the ticket is assigned to them.
        Bundle = "staff: bundle",
        /// Who works on what, and which tickets are one.
        Triage = "staff: triage",
        ReadReplies = "staff: replies",
        WriteReplies = "staff: write replies",
        /// Downloads that were made: agents see their own.
        Downloads = "staff: downloads",
        /// What was done about a customer or a ticket.
        ReadAudit = "staff: audit",
        ReadReviews = "staff: reviews",
        Review = "staff: review",
        /// Who has an account.
        ListStaff = "staff: accounts",
        /// Taking accounts and sessions away.
        ManageStaff = "staff: manage accounts",
        /// Which installations there are, what is due of them, and proofs of what has gone.
        ReadTenants = "staff: tenants",
        /// What the service does by itself.
        ReadJobs = "staff: jobs",
        RetryJobs = "staff: retry jobs",
    }
}

/// A permission as a type, for whoever states it in a signature.
pub trait Needs: Sized + Send + 'static {
    const PERMISSION: Permission;
}

macro_rules! needs {
    ($($name:ident),* $(,)?) => {
        /// What can be needed, each as a type of its own.
        pub mod needs {
            use super::{Needs, Permission};
            $(
                pub struct $name;
                impl Needs for $name {
                    const PERMISSION: Permission = Permission::$name;
                }
            )*
        }
    };
}

needs! {
    OwnSession, Queue, Ticket, Problem, Intake, Bundle, Triage, ReadReplies, WriteReplies, Downloads, ReadAudit, ReadReviews, Review,
    ListStaff, ManageStaff, ReadTenants, ReadJobs, RetryJobs,
}

impl Role {
    pub fn may(self, permission: Permission) -> bool {
        use Permission as P;
        match permission {
            P::OwnSession => true,
            P::Queue | P::Ticket | P::Problem | P::Intake | P::Bundle | P::ReadReplies => {
                matches!(self, Self::Agent | Self::Lead)
            }
            P::Triage | P::WriteReplies | P::Review => self == Self::Lead,
            P::Downloads => self != Self::Operator,
            P::ReadAudit | P::ReadReviews => matches!(self, Self::Lead | Self::Auditor),
            P::ListStaff => self != Self::Agent,
            P::ManageStaff | P::ReadTenants | P::ReadJobs | P::RetryJobs => self == Self::Operator,
        }
    }

    /// Whether somebody of this role reaches nothing but what is assigned to them, or what they made themselves.
    pub fn is_confined(self) -> bool {
        self == Self::Agent
    }
}
