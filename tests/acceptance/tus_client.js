// Sends files with tus-js-client as a web page would: cut once in the middle, gone on with by a client that knows only
// the address; then in two pieces at once; then over a line that goes dead; then one that is taken back. Prints the
// addresses of the uploads as JSON.
const fs = require("node:fs");
const tus = require("tus-js-client");

const [endpoint, dying, token, path] = process.argv.slice(2);
const content = fs.readFileSync(path);
const options = (more) => ({
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: "Ảnh hiện trường.pdf", filetype: "application/pdf" },
  retryDelays: [100, 200, 400, 800],
  ...more,
});

function send(more, cutAt, sent = content) {
  return new Promise((resolve, reject) => {
    let cut = false;
    const upload = new tus.Upload(sent, options({
      onError: reject,
      onSuccess: () => resolve({ url: upload.url, cut }),
      onChunkComplete: (_size, accepted) => {
        if (cutAt !== undefined && accepted >= cutAt && accepted < content.length) {
          cut = true;
          upload.abort().then(() => resolve({ url: upload.url, cut }), reject);
        }
      },
      ...more,
    }));
    upload.start();
  });
}

async function main() {
  const begun = await send({ chunkSize: 3_000_000 }, 5_000_000);
  if (!begun.cut) throw new Error("the upload was not cut");
  let resumedAt;
  const resumed = await send({
    uploadUrl: begun.url,
    onAfterResponse: (request, response) => {
      if (request.getMethod() === "HEAD") resumedAt = Number(response.getHeader("Upload-Offset"));
    },
  });
  const parallel = await send({ parallelUploads: 2, metadataForPartialUploads: {} });
  const refused = [];
  let keptBytes;
  const outlasted = await send({
    endpoint: dying,
    onAfterResponse: (request, response) => {
      if (response.getStatus() >= 400) refused.push(response.getStatus());
      if (request.getMethod() === "HEAD") keptBytes = Number(response.getHeader("Upload-Offset"));
    },
  });
  const removed = await send({}, undefined, content.subarray(0, 100_000));
  await tus.Upload.terminate(removed.url, options({}));
  console.log(JSON.stringify({
    removed: removed.url,
    resumed: resumed.url, resumedAt, parallel: parallel.url, outlasted: outlasted.url, refused, keptBytes,
  }));
}

main().catch((error) => {
  console.error(String(error));
  process.exit(1);
});
