// Calls a method of the Greeter as a Node developer would, and prints what comes back.
//
// Usage: client.js PROTO_DIR TARGET METHOD NAME...
//
// Certificates are ca.crt, client.crt and client.key in the working directory; without a client.crt
// the client shows none.
'use strict';

const fs = require('fs');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

function credentials() {
  const ca = fs.readFileSync('ca.crt');
  if (!fs.existsSync('client.crt')) return grpc.credentials.createSsl(ca);
  return grpc.credentials.createSsl(
    ca, fs.readFileSync('client.key'), fs.readFileSync('client.crt'));
}

function connect(protoDir, target, service) {
  const definition = protoLoader.loadSync(
    'helloworld/helloworld.proto', { includeDirs: [protoDir] });
  const Client = service.split('.').reduce(
    (found, name) => found[name], grpc.loadPackageDefinition(definition));
  return new Client(target, credentials());
}

function sendAll(call, requests) {
  for (const request of requests) call.write(request);
  call.end();
}

// The one reply of a method that has no more.
function replyOf(client, method, requests, options) {
  return new Promise((resolve, reject) => {
    const done = (error, reply) => (error ? reject(error) : resolve(reply));
    if (client[method].requestStream) {
      sendAll(client[method](options, done), requests);
    } else {
      client[method](requests[0], options, done);
    }
  });
}

async function* repliesOf(client, method, requests, options) {
  if (!client[method].responseStream) {
    yield await replyOf(client, method, requests, options);
  } else if (client[method].requestStream) {
    const call = client[method](options);
    sendAll(call, requests);
    yield* call;
  } else {
    yield* client[method](requests[0], options);
  }
}

async function main() {
  const [protoDir, target, path, ...names] = process.argv.slice(2);
  const [, service, method] = path.split('/');
  const client = connect(protoDir, target, service);
  const requests = names.map((name) => ({ name }));
  try {
    const options = { deadline: Date.now() + 30_000 };
    for await (const reply of repliesOf(client, method, requests, options)) {
      console.log(reply.message);
    }
    console.log('OK');
  } catch (error) {
    if (grpc.status[error.code] === undefined) throw error;
    console.log(`${grpc.status[error.code]} ${error.details}`);
  }
  client.close();
}

main();
