//! Posts as we write them: lists are lists, even of one; the public in full; the language beside the text; every term in
//! the context.

use serde_json::{Value, json};

use super::{Attachment, Emoji, Hashtag, Mention, Poll, Post};
use crate::{context, json};

impl Post {
    /// The post as it goes out, with its context.
    pub fn to_value(&self) -> Value {
        let mut post = json::present([
            ("@context", Some(context::post())),
            ("id", Some(json!(self.id))),
            ("type", Some(json!(self.kind.name()))),
            ("attributedTo", Some(json!(self.attributed_to))),
            ("name", self.title.as_ref().map(|text| json!(text))),
            ("summary", self.summary.as_ref().map(|text| json!(text))),
            ("sensitive", Some(json!(self.sensitive))),
            ("content", Some(json!(self.content))),
            ("contentMap", self.language.as_ref().map(|language| json!({ language: self.content }))),
            ("published", self.published.map(|time| json!(time))),
            ("updated", self.updated.map(|time| json!(time))),
            ("to", Some(json!(self.to))),
            ("cc", Some(json!(self.cc))),
            ("tag", Some(self.tags())),
            ("attachment", Some(self.attachments.iter().map(Attachment::to_value).collect())),
            ("inReplyTo", self.in_reply_to.as_ref().map(|id| json!(id))),
            ("url", self.url.as_ref().map(|url| json!(url))),
            ("context", self.context.as_ref().map(|text| json!(text))),
            ("conversation", self.conversation.as_ref().map(|text| json!(text))),
            ("replies", self.replies.as_ref().map(|id| json!(id))),
            ("likes", self.likes.as_ref().map(|id| json!(id))),
            ("shares", self.shares.as_ref().map(|id| json!(id))),
        ]);
        if let (Value::Object(post), Some(Value::Object(poll))) =
            (&mut post, self.poll.as_ref().map(Poll::members))
        {
            post.extend(poll);
        }
        post
    }

    fn tags(&self) -> Value {
        let mentions = self.mentions.iter().map(Mention::to_value);
        let hashtags = self.hashtags.iter().map(Hashtag::to_value);
        mentions.chain(hashtags).chain(self.emojis.iter().map(Emoji::to_value)).collect()
    }
}
