//! Where the product of an invocation answers: `https://api.atlassian.com/ex/{product}/{cloud id}`.
//!
//! It comes from the verified token alone. Whether its host is one of the product's is decided where the token is believed.

use url::Url;

use crate::connect::descriptor::Product;

const CLOUD_ID_MAX: usize = 64;

/// An address of this form, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiBase {
    url: Url,
    product: Product,
    cloud_id: String,
}

impl ApiBase {
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let is_bare = url.query().is_none() && url.fragment().is_none();
        // What changes when it is parsed could be read in two ways.
        if !is_bare || url.as_str() != text || !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let mut segments = url.path().split('/').skip(1);
        let (Some("ex"), Some(product), Some(cloud_id), None) =
            (segments.next(), segments.next(), segments.next(), segments.next())
        else {
            return None;
        };
        let product = match product {
            "jira" => Product::Jira,
            "confluence" => Product::Confluence,
            _ => return None,
        };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let fits = (1..=CLOUD_ID_MAX).contains(&cloud_id.len()) && cloud_id.bytes().all(is_plain);
        let cloud_id = fits.then(|| cloud_id.to_owned())?;
        Some(Self { url, product, cloud_id })
    }

    /// As the token has it.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// What paths of the REST API are under, as they are under a site's own address: Confluence's begin with `/wiki`.
    pub fn rest_base(&self) -> Url {
        let mut base = self.url.clone();
        if self.product == Product::Confluence {
            base.set_path(&format!("{}/wiki", self.url.path()));
        }
        base
    }

    pub fn product(&self) -> Product {
        self.product
    }

    /// The site.
    pub fn cloud_id(&self) -> &str {
        &self.cloud_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_address_of_a_product_at_a_site_is_one() {
        let base = ApiBase::parse("https://api.atlassian.com/ex/confluence/866c3a03-ec62").unwrap();
        assert_eq!((base.product(), base.cloud_id()), (Product::Confluence, "866c3a03-ec62"));
        assert_eq!(base.rest_base().as_str(), "https://api.atlassian.com/ex/confluence/866c3a03-ec62/wiki");
        let jira = ApiBase::parse("https://api.atlassian.com/ex/jira/1").unwrap();
        assert_eq!(jira.rest_base(), *jira.url());
        for wrong in [
            "https://api.atlassian.com/ex/jira",
            "https://api.atlassian.com/ex/jira/",
            "https://api.atlassian.com/ex/jira/1/",
            "https://api.atlassian.com/ex/jira/1/rest",
            "https://api.atlassian.com/ex/jira/../jira/1",
            "https://api.atlassian.com/ex/jira/1?x=1",
            "https://api.atlassian.com/ex/jira/1#x",
            "https://user@api.atlassian.com/ex/jira/1",
            "https://api.atlassian.com:443/ex/jira/1",
            "https://API.atlassian.com/ex/jira/1",
            "https://api.atlassian.com/ex/compass/1",
            "https://api.atlassian.com/ex/jira/%31",
            "api.atlassian.com/ex/jira/1",
        ] {
            assert!(ApiBase::parse(wrong).is_none(), "{wrong}");
        }
    }
}
