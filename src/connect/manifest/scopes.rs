//! What the app asks a site for, and why: each scope with every call and event that needs it, and no scope without one.

use super::StillConnect;
use crate::connect::descriptor::{Product, Scope};

/// A permission that administrators are asked for.
pub struct Need {
    pub name: &'static str,
    /// Where it means anything; everywhere without one.
    pub product: Option<Product>,
    pub why: &'static str,
    /// Paths of the product that are asked with an invocation's token, as the code writes them, and events.
    pub uses: &'static [&'static str],
}

/// Scopes of tokens, which every endpoint names for itself, have no use here.
pub const NEEDS: [Need; 9] = [
    Need {
        name: "read:app-system-token",
        product: None,
        why: "Each call brings a token with which the app asks the product.",
        uses: &[],
    },
    Need {
        name: "read:app-user-token",
        product: None,
        why: "Each call of a page brings a token with which the app asks what its user may see and do.",
        uses: &[],
    },
    Need {
        name: "report:personal-data",
        product: None,
        why: "Whose account ids are stored is reported, and whose account is closed is heard.",
        uses: &["/app/report-accounts/"],
    },
    Need {
        name: "read:jira-work",
        product: Some(Product::Jira),
        why: "Events of issues and links, and what a user may see and do.",
        uses: &[
            "/rest/api/3/permissions/check",
            "/rest/api/3/mypermissions",
            "avi:jira:created:issue",
            "avi:jira:updated:issue",
            "avi:jira:deleted:issue",
            "avi:jira:created:issuelink",
            "avi:jira:deleted:issuelink",
        ],
    },
    Need {
        name: "read:app-data:confluence",
        product: Some(Product::Confluence),
        why: "The name that the site had under Connect, which Confluence keeps among the app's own properties.",
        uses: &["/rest/atlassian-connect/1/addons/{}/properties/{PROPERTY}"],
    },
    Need {
        name: "read:confluence-user",
        product: Some(Product::Confluence),
        why: "Whether a user administers Confluence.",
        uses: &["/rest/api/user", "/rest/api/user/current"],
    },
    Need {
        name: "read:confluence-content.permission",
        product: Some(Product::Confluence),
        why: "Whether a user may see the page that a report is about.",
        uses: &["/rest/api/content/{id}/permission/check"],
    },
    Need {
        name: "read:confluence-content.summary",
        product: Some(Product::Confluence),
        why: "Events of pages.",
        uses: &["avi:confluence:created:page", "avi:confluence:updated:page"],
    },
    Need {
        name: "write:confluence-content",
        product: Some(Product::Confluence),
        why: "Confluence tells of a deleted page with this one alone; nothing is ever written.",
        uses: &["avi:confluence:trashed:page", "avi:confluence:deleted:page"],
    },
];

/// The scopes of a manifest, each with the reason.
pub fn asked(products: &[Product], still: StillConnect, descriptor: &[Scope]) -> Vec<(String, &'static str)> {
    let is_here = |need: &Need| match (need.product, need.name) {
        (None, "read:app-user-token") => still != StillConnect::Everything,
        (None, _) => true,
        // Asked at the first event of an installation already.
        (Some(product), "read:app-data:confluence") => products.contains(&product),
        (Some(product), _) => still != StillConnect::Everything && products.contains(&product),
    };
    let mut scopes: Vec<_> =
        NEEDS.iter().filter(|need| is_here(need)).map(|need| (need.name.to_owned(), need.why)).collect();
    if still != StillConnect::Nothing {
        let of = |product: &Product| {
            let product = *product;
            descriptor.iter().filter_map(move |scope| of_connect(*scope, product))
        };
        scopes.extend(products.iter().flat_map(of).map(|name| (name, "What the descriptor asked for.")));
    }
    scopes
}

/// The events of a product that the app is told of.
pub fn events(product: Product) -> impl Iterator<Item = &'static str> {
    let here = NEEDS.iter().filter(move |need| need.product == Some(product));
    here.flat_map(|need| need.uses).copied().filter(|used| used.starts_with("avi:"))
}

/// A scope of a descriptor by its new name. Acting as a user needs none here: their token comes along.
fn of_connect(scope: Scope, product: Product) -> Option<String> {
    let name = match scope {
        Scope::None | Scope::ActAsUser => return None,
        Scope::Read => "read",
        Scope::Write => "write",
        Scope::Delete => "delete",
        Scope::ProjectAdmin => "project-admin",
        Scope::SpaceAdmin => "space-admin",
        Scope::Admin => "admin",
    };
    Some(format!("{name}:connect-{}", product.name()))
}
