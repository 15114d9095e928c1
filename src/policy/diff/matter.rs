//! Why a change matters.

use crate::db::text_enum;

text_enum! {
    /// Why customers must be told of a change. Pages say it in their user's language.
    pub enum Matter {
        Longer = "longer",
        LongerAccess = "longer_access",
        Later = "later",
        ShorterNotice = "shorter_notice",
        MoreData = "more_data",
        MoreShown = "more_shown",
        NewReceiver = "new_receiver",
        Purpose = "purpose",
        Basis = "basis",
        Role = "role",
        Elsewhere = "elsewhere",
        Vendor = "vendor",
        TakenBack = "taken_back",
        Unknown = "unknown",
    }
}

impl Matter {
    /// The same for whoever knows no word for it.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Longer => "something is kept longer",
            Self::LongerAccess => "staff may read reports for longer",
            Self::Later => "data goes later",
            Self::ShorterNotice => "a notice comes later, or to fewer people",
            Self::MoreData => "more data is kept",
            Self::MoreShown => "a problem report may hold more",
            Self::NewReceiver => "somebody new gets data, or gets more",
            Self::Purpose => "data is used for something new",
            Self::Basis => "another legal basis",
            Self::Role => "the roles or the source of data change",
            Self::Elsewhere => "the data is kept elsewhere",
            Self::Vendor => "somebody else answers for the data",
            Self::TakenBack => "a promise is taken back",
            Self::Unknown => "nothing says that it does not matter",
        }
    }
}
