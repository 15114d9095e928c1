//! What the desk answers, as far as it is read.

use serde::Deserialize;

#[derive(Deserialize)]
pub struct CustomerPage {
    #[serde(default)]
    pub values: Vec<Customer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    pub account_id: String,
    #[serde(default, rename = "emailAddress")]
    pub email: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    pub issue_key: String,
}

#[derive(Deserialize)]
pub struct Found {
    #[serde(default)]
    pub issues: Vec<Issue>,
}

#[derive(Deserialize)]
pub struct Issue {
    pub key: String,
    pub fields: Fields,
}

#[derive(Deserialize)]
pub struct Fields {
    #[serde(default)]
    pub summary: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    pub current_status: CurrentStatus,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrentStatus {
    pub status: String,
    #[serde(default)]
    pub status_category: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentPage {
    #[serde(default)]
    pub is_last_page: bool,
    #[serde(default)]
    pub values: Vec<AttachmentShape>,
}

#[derive(Deserialize)]
pub struct AttachmentShape {
    pub filename: String,
    #[serde(rename = "_links")]
    links: AttachmentLinks,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttachmentLinks {
    #[serde(default)]
    jira_rest: String,
}

impl AttachmentShape {
    /// The platform's id of it, which stands in its address alone.
    pub fn id(&self) -> Option<String> {
        let (_, id) = self.links.jira_rest.rsplit_once('/')?;
        (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| id.to_owned())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    pub temporary_attachments: Vec<Temporary>,
}

#[derive(Deserialize)]
pub struct Temporary {
    #[serde(rename = "temporaryAttachmentId")]
    pub id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommentPage {
    #[serde(default)]
    pub is_last_page: bool,
    #[serde(default)]
    pub values: Vec<CommentShape>,
}

#[derive(Deserialize)]
pub struct CommentShape {
    pub id: String,
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub public: bool,
    pub author: Option<Author>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Author {
    #[serde(default)]
    pub account_id: String,
}
