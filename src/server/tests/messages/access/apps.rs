//! The routes that only devices and the browser app ask: invitations, sealed files, letters, people.

use alcove_protocol::{api::path, base64, time::DAY};
use serde_json::json;

use super::{Ask, Things, ask, with};

impl Things {
    pub(super) fn invitations(&self) -> Vec<(&'static str, Ask)> {
        let (key, signature) = (base64::encode(&[7; 32]), base64::encode(&[7; 64]));
        let made = json!({"public_key": key, "identity_key": key, "expires_at": self.place.app().moment().now.plus(DAY)});
        let proof = json!({"statement": key, "signature": signature, "mac": key});
        let refused = json!({"refused": {"reason": "signature"}});
        let one = |rest: &str| format!("{}/none{rest}", path::INVITATIONS);
        vec![
            (
                "get &format!(\"{}/{{id}}\", path::INVITATION)",
                ask("devices", format!("{}/none", path::INVITATION)),
            ),
            ("get path::INVITATIONS", ask("devices", path::INVITATIONS)),
            ("post path::INVITATIONS", with("devices", path::INVITATIONS, made)),
            ("delete &format!(\"{}/{{id}}\", path::INVITATIONS)", ask("devices", one(""))),
            ("get &format!(\"{}/{{id}}/proof\", path::INVITATIONS)", ask("devices", one("/proof"))),
            ("put &format!(\"{}/{{id}}/proof\", path::INVITATIONS)", with("devices", one("/proof"), proof)),
            (
                "put &format!(\"{}/{{id}}/answer\", path::INVITATIONS)",
                with("devices", one("/answer"), refused),
            ),
        ]
    }

    /// Those of one file are asked with the file's own token, which nobody has here.
    pub(super) fn blobs(&self) -> Vec<(&'static str, Ask)> {
        let one = format!("{}/none", path::BLOBS);
        let fetch = format!("{}/fetch?url=https%3A%2F%2F10.0.0.1%2Fblobs%2Fx", path::BLOBS);
        vec![
            ("post path::BLOBS", with("messages", path::BLOBS, json!({"length": 1}))),
            ("get &format!(\"{}/fetch\", path::BLOBS)", ask("messages", fetch)),
            ("get &one", ask("messages", one.clone())),
            ("head &one", ask("messages", one.clone())),
            ("patch &one", ask("messages", format!("{one}?offset=0"))),
            ("delete &one", ask("messages", one)),
        ]
    }

    pub(super) fn letters(&self) -> Vec<(&'static str, Ask)> {
        let one = format!("{}/{}", path::LETTERS, self.letter.correspondence);
        let read = json!({"letter": self.letter.letter.id});
        let fate = format!("{one}/deliveries?letter={}", self.letter.letter.id);
        vec![
            ("get path::LETTERS", ask("read", path::LETTERS)),
            ("post path::LETTERS", with("write", path::LETTERS, json!({"people": [self.eve], "text": "x"}))),
            ("get &format!(\"{}/{{id}}\", path::LETTERS)", ask("read", one.clone())),
            ("post &format!(\"{}/{{id}}\", path::LETTERS)", with("write", one.clone(), json!({"text": "x"}))),
            ("put &format!(\"{}/{{id}}/read\", path::LETTERS)", with("write", format!("{one}/read"), read)),
            ("get &format!(\"{}/{{id}}/deliveries\", path::LETTERS)", ask("read", fate)),
        ]
    }

    pub(super) fn people(&self) -> Vec<(&'static str, Ask)> {
        let somebody = "https://elsewhere.example/users/1";
        let none = format!("{}?actor={somebody}", path::BLOCKS);
        vec![
            ("get path::SERVER", ask("read", path::SERVER)),
            ("get path::ME", ask("profile", path::ME)),
            ("post path::PEOPLE", with("read", path::PEOPLE, json!({"actors": [self.ada.actor()]}))),
            ("get path::BLOCKS", ask("read", path::BLOCKS)),
            ("post path::BLOCKS", with("write", path::BLOCKS, json!({"actor": somebody}))),
            ("delete path::BLOCKS", ask("write", none)),
        ]
    }
}
