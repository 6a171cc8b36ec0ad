// Makes the container `pages`, which everybody may read, in an Azurite: `node make-container.js PORT KEY`.
// Requests are signed as "Authorize with Shared Key" in the reference of Azure Storage says.
const { createHmac } = require("node:crypto");

const [port, key] = process.argv.slice(2);
const account = "devstoreaccount1";
const headers = {
  "x-ms-blob-public-access": "container",
  "x-ms-date": new Date().toUTCString(),
  "x-ms-version": "2021-12-02",
};
const signed = [
  `PUT${"\n".repeat(12)}`,
  ...Object.entries(headers).map(([name, value]) => `${name}:${value}\n`),
  `/${account}/${account}/pages\nrestype:container`,
].join("");
const signature = createHmac("sha256", Buffer.from(key, "base64")).update(signed, "utf8").digest("base64");
const address = `http://127.0.0.1:${port}/${account}/pages?restype=container`;
fetch(address, { method: "PUT", headers: { ...headers, authorization: `SharedKey ${account}:${signature}` } }).then(
  async (answer) => {
    if (answer.status !== 201) {
      console.error(answer.status, await answer.text());
      process.exit(1);
    }
  },
);
