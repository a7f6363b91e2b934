// Compile CQL libraries and run them over patients. On standard input an array of {cql, groups}, each group
// {valueSets, bundles}; out comes for each library {faults, groups}, with for each bundle, in order, what the
// library defines under the names that begin with Due:, Withheld: or Speaks:. NODE_MODULES names the folder
// with the translator and the engine, SYSTEM_MODEL the file of the System model.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.env.NODE_MODULES}/`);
const { CodeService, Executor, Library, Repository } = require('cql-execution');
const { PatientSource } = require('cql-exec-fhir');
const translator = await import(pathToFileURL(`${process.env.NODE_MODULES}/@cqframework/cql/cql-to-elm.mjs`));

const MODELS = {
  FHIR: require.resolve('cql-exec-fhir/lib/modelInfos/fhir-modelinfo-4.0.1.xml'),
  System: process.env.SYSTEM_MODEL,
};
const TOLD = /^(?:Due|Withheld|Speaks): /;
const patients = PatientSource.FHIRv401({ requireProfileTagging: false });

function compile(text) {
  const models = new translator.ModelManager();
  const model = (name) => (MODELS[name] ? translator.stringAsSource(readFileSync(MODELS[name], 'utf-8')) : null);
  models.modelInfoLoader.registerModelInfoProvider(translator.createModelInfoProvider(model));
  const compiled = translator.CqlTranslator.fromText(text, new translator.LibraryManager(models));
  const faults = compiled.errors.asJsReadonlyArrayView().map(({ message }) => message);
  if (faults.length) return { faults, library: null };
  // The engine keeps a result for each localId, which takes longer than finding it.
  const elm = JSON.parse(compiled.toJson(), (name, value) => (name === 'localId' ? undefined : value));
  return { faults, library: new Library(elm, new Repository({})) };
}

async function run(library, { valueSets, bundles }) {
  const executor = new Executor(library, new CodeService(valueSets), {});
  const names = Object.keys(library.expressions).filter((name) => TOLD.test(name));
  const answers = [];
  // One patient at a time: the engine keeps the value of every definition for as long as it runs.
  for (const bundle of bundles) {
    patients.reset();
    patients.loadBundles([bundle]);
    const [found] = Object.values((await executor.exec(patients)).patientResults);
    answers.push(Object.fromEntries(names.map((name) => [name, found[name] ?? null])));
  }
  return answers;
}

const answers = [];
for (const { cql, groups } of JSON.parse(readFileSync(0, 'utf-8'))) {
  const { faults, library } = compile(cql);
  const ran = [];
  if (library) for (const group of groups) ran.push(await run(library, group));
  answers.push({ faults, groups: ran });
}
process.stdout.write(JSON.stringify(answers));
