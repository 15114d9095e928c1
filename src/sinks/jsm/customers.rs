//! Customers of the desk: found or made for a report, and taken off its list when nothing of theirs is left there.

use reqwest::Method;
use serde_json::json;

use super::shapes::{Customer, CustomerPage, Found};
use super::{Jsm, JsmError, key_of};

impl Jsm {
    /// The account id of the customer with this address, who is made if there is none.
    pub async fn customer(&self, email: &str) -> Result<String, JsmError> {
        let query: String =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("query", email).finish();
        let path = self.desk(&format!("customer?{query}"));
        let page: CustomerPage = self.client.read(Method::GET, &path, None).await?;
        let is_theirs = |customer: &Customer| customer.email.eq_ignore_ascii_case(email);
        if let Some(customer) = page.values.into_iter().find(is_theirs) {
            return Ok(customer.account_id);
        }
        let account_id = self.account(email, &query).await?;
        let body = json!({"accountIds": [account_id]});
        self.client.send(Method::POST, &self.desk("customer"), Some(body)).await?;
        Ok(account_id)
    }

    /// The account with this address, made if there is none: whoever has one need not be known to this desk yet.
    async fn account(&self, email: &str, query: &str) -> Result<String, JsmError> {
        let body = json!({"displayName": email, "email": email});
        let path = "/rest/servicedeskapi/customer?strictConflictStatusCode=true";
        match self.client.read::<Customer>(Method::POST, path, Some(body)).await {
            Ok(made) => Ok(made.account_id),
            Err(JsmError::Refused(409)) => {
                let path = format!("/rest/api/3/user/search?{query}");
                let found: Vec<Customer> = self.client.read(Method::GET, &path, None).await?;
                let own = found.into_iter().find(|user| user.email.eq_ignore_ascii_case(email));
                own.map(|user| user.account_id).ok_or(JsmError::Refused(409))
            }
            Err(error) => Err(error),
        }
    }

    /// Keys of what this customer has there, as far as the search knows it: what was made or deleted just now, it does not.
    pub async fn requests_of(&self, account_id: &str) -> Result<Vec<String>, JsmError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_');
        if !account_id.bytes().all(is_plain) {
            return Err(JsmError::Unreadable);
        }
        let jql = format!("reporter = \"{account_id}\"");
        let body = json!({"jql": jql, "fields": ["summary"], "maxResults": 50});
        let found: Found = self.client.read(Method::POST, "/rest/api/3/search/jql", Some(body)).await?;
        found.issues.into_iter().map(|issue| key_of(issue.key)).collect()
    }

    /// Takes a customer off the list of the desk. Only a desk with closed access has one, and others refuse with 400. Whoever is
    /// not on it is gone already. The account itself is not the desk's: its owner or the site's administrators delete it.
    pub async fn remove_customer(&self, account_id: &str) -> Result<(), JsmError> {
        let body = json!({"accountIds": [account_id]});
        super::gone(self.client.send(Method::DELETE, &self.desk("customer"), Some(body)).await)
    }
}
