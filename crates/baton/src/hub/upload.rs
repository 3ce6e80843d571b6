//! How a file comes: who sends it, its bytes, and the digest of all of them. It goes to the disk as it comes, so that a large
//! one takes no more memory than a small one.

use std::io;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rolecall_proto::c1::connectorapi::baton::v1::BatonServiceUploadAssetRequest as Part;
use rolecall_proto::c1::connectorapi::baton::v1::baton_service_upload_asset_request::{Msg, UploadMetadata};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt as _;
use tonic::Status;

use super::Upload;

/// How long a part may take to come.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is asked whether the file is still wanted.
const ASK_EVERY: Duration = Duration::from_secs(5);

/// Where parts come from.
#[async_trait]
pub(super) trait Parts: Send {
    /// The next one, if there is one.
    async fn next(&mut self) -> Result<Option<Part>, Status>;
}

/// Whoever can tell whether the file is still wanted.
#[async_trait]
pub(super) trait Wanted: Sync {
    /// Why it is not.
    async fn ask(&self) -> Result<(), Status>;
}

#[async_trait]
impl Parts for tonic::Streaming<Part> {
    async fn next(&mut self) -> Result<Option<Part>, Status> {
        match tokio::time::timeout(PATIENCE, self.message()).await {
            Ok(part) => part,
            Err(_) => Err(Status::deadline_exceeded("nothing came for a minute")),
        }
    }
}

/// The first part, which says what the file is of.
pub(super) async fn begun(parts: &mut impl Parts) -> Result<UploadMetadata, Status> {
    match parts.next().await?.and_then(|part| part.msg) {
        Some(Msg::Metadata(metadata)) => Ok(metadata),
        _ => Err(Status::invalid_argument("an upload begins with its metadata")),
    }
}

/// The rest. Whether it is wanted is asked every few seconds.
pub(super) async fn received(
    parts: &mut impl Parts,
    upload: &Upload,
    wanted: &impl Wanted,
) -> Result<NamedTempFile, Status> {
    let file = made(upload).map_err(|error| full(&error))?;
    let mut writer = tokio::fs::File::from_std(file.reopen().map_err(|error| full(&error))?);
    let (mut digest, mut size, mut asked) = (Sha256::new(), 0_u64, Instant::now());
    loop {
        match parts.next().await?.and_then(|part| part.msg) {
            Some(Msg::Data(data)) => {
                size = size.saturating_add(data.data.len() as u64);
                if size > upload.most {
                    let most = upload.most >> 20;
                    return Err(Status::resource_exhausted(format!(
                        "the file is larger than the {most} MiB that this hub takes"
                    )));
                }
                digest.update(&data.data);
                writer.write_all(&data.data).await.map_err(|error| full(&error))?;
            }
            Some(Msg::Eof(eof)) => {
                writer.sync_all().await.map_err(|error| full(&error))?;
                if digest.finalize().as_slice() != eof.sha256_checksum {
                    return Err(Status::data_loss("the file is not what its checksum says: send it again"));
                }
                return whole(parts, file).await;
            }
            Some(Msg::Metadata(_)) => return Err(Status::invalid_argument("an upload has its metadata once")),
            None => return Err(Status::invalid_argument("the upload broke off before its end")),
        }
        if asked.elapsed() >= ASK_EVERY {
            wanted.ask().await?;
            asked = Instant::now();
        }
    }
}

/// The file, if nothing follows its end.
async fn whole(parts: &mut impl Parts, file: NamedTempFile) -> Result<NamedTempFile, Status> {
    match parts.next().await? {
        None => Ok(file),
        Some(_) => Err(Status::invalid_argument("something follows the end of the upload")),
    }
}

fn made(upload: &Upload) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("rolecall-upload-").suffix(".c1z");
    match &upload.folder {
        Some(folder) => builder.tempfile_in(folder),
        None => builder.tempfile(),
    }
}

/// What the system said stays here: it may name folders.
fn full(error: &io::Error) -> Status {
    tracing::warn!(%error, "an uploaded file cannot be kept");
    Status::unavailable("this hub cannot keep the file now; whoever runs it finds the cause in its log")
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::fs;

    use rolecall_proto::c1::connectorapi::baton::v1::baton_service_upload_asset_request::{UploadData, UploadEof};
    use tonic::Code;

    use super::*;

    #[async_trait]
    impl Parts for VecDeque<Msg> {
        async fn next(&mut self) -> Result<Option<Part>, Status> {
            Ok(self.pop_front().map(|msg| Part { msg: Some(msg) }))
        }
    }

    struct Always;

    #[async_trait]
    impl Wanted for Always {
        async fn ask(&self) -> Result<(), Status> {
            Ok(())
        }
    }

    fn metadata() -> Msg {
        Msg::Metadata(UploadMetadata { task_id: "t".to_owned(), ..UploadMetadata::default() })
    }

    fn data(bytes: &[u8]) -> Msg {
        Msg::Data(UploadData { data: bytes.to_vec() })
    }

    fn eof(of: &[u8]) -> Msg {
        Msg::Eof(UploadEof { sha256_checksum: Sha256::digest(of).to_vec(), annotations: Vec::new() })
    }

    async fn upload(parts: Vec<Msg>, most: u64) -> Result<Vec<u8>, Code> {
        let folder = tempfile::tempdir().unwrap();
        let upload = Upload { most, folder: Some(folder.path().to_owned()) };
        let mut parts: VecDeque<Msg> = parts.into();
        let taken = async {
            begun(&mut parts).await?;
            received(&mut parts, &upload, &Always).await
        };
        let taken = taken.await.map(|file| fs::read(file.path()).unwrap()).map_err(|status| status.code());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
        taken
    }

    #[tokio::test]
    async fn what_is_sent_is_what_is_kept() {
        let parts = vec![metadata(), data(b"abc"), data(b""), data(b"def"), eof(b"abcdef")];
        assert_eq!(upload(parts, 6).await, Ok(b"abcdef".to_vec()));
        assert_eq!(upload(vec![metadata(), eof(b"")], 0).await, Ok(Vec::new()), "whether that is a file is another's");
    }

    #[tokio::test]
    async fn what_is_not_whole_is_not_kept() {
        for (parts, code) in [
            (vec![], Code::InvalidArgument),
            (vec![data(b"abc"), eof(b"abc")], Code::InvalidArgument),
            (vec![metadata(), metadata(), eof(b"")], Code::InvalidArgument),
            (vec![metadata(), data(b"abc")], Code::InvalidArgument),
            (vec![metadata(), data(b"abc"), eof(b"abd")], Code::DataLoss),
            (vec![metadata(), data(b"abc"), eof(b"abc"), data(b"d")], Code::InvalidArgument),
            (vec![metadata(), data(b"abcdefg"), eof(b"abcdefg")], Code::ResourceExhausted),
        ] {
            let shown = format!("{parts:?}");
            assert_eq!(upload(parts, 6).await, Err(code), "{shown}");
        }
    }
}
