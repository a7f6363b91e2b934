"""The part of the CQL library that is the same in every release: how a fact is read, and how numbers compare."""

from __future__ import annotations

from cards.naming import CANONICAL

FACTS = "heel-facts"
BOUNDS = "Tuple { low Decimal, lowOpen Boolean, high Decimal, highOpen Boolean }"
_NOT_KNOWN = "Tuple { low: null as Decimal, lowOpen: false, high: null as Decimal, highOpen: false }"
SIGN = "Tuple { truth Boolean, sides List<String> }"

FUNCTIONS = f"""
context Patient

// Established findings: one Observation for each thing that is known of a fact, coded in {FACTS}.
// What is not known has none, or one without a value.

define "Established":
  [Observation: "established findings"] O
    where O.status.value in {{ 'final', 'amended', 'corrected' }}
    return all Tuple {{
      fact: First((O.code.coding) C where C.system.value = '{CANONICAL}/CodeSystem/{FACTS}' return C.code.value),
      presence: (O.value as FHIR.boolean).value,
      value: (O.value as FHIR.Quantity).value.value,
      comparator: (O.value as FHIR.Quantity).comparator.value,
      choices: ((O.value as FHIR.CodeableConcept).coding) C return C.code.value,
      side: case First((O.bodySite.coding) C where C.system.value = 'http://snomed.info/sct' return C.code.value)
        when '7771000' then 'left'
        when '24028007' then 'right'
        when '51440002' then 'both'
        else 'unknown'
      end
    }}

define "Told":
  "Established" E return all E.fact

define "Present":
  "Established" E where E.presence return all E.fact

define "Absent":
  "Established" E where not E.presence return all E.fact

define function "Of"(fact String):
  if fact in "Told" then ("Established" E where E.fact = fact) else null

define function "Presence"(fact String):
  if fact in "Present" then true else if fact in "Absent" then false else null

// A number known within bounds is several Observations, each a Quantity with the comparator of one bound.
define function "Number"(fact String):
  if fact in "Told" then
    "BoundsOf"(("Of"(fact)) E return all Tuple {{ value: E.value, comparator: E.comparator }})
  else null

define function "BoundsOf"(ends List<Tuple {{ value Decimal, comparator String }}>):
  Tuple {{
    low: Max((ends) E where E.comparator is null or E.comparator in {{ '>=', '>' }} return all E.value),
    lowOpen: exists ((ends) E where E.comparator = '>'),
    high: Min((ends) E where E.comparator is null or E.comparator in {{ '<=', '<' }} return all E.value),
    highOpen: exists ((ends) E where E.comparator = '<')
  }}

define function "Choices"(fact String):
  if fact in "Told" then flatten (("Of"(fact)) E return all E.choices) else null

define function "Sides"(fact String):
  if fact in "Told" then (("Of"(fact)) E return E.side) else null

// Numbers: true or false only where every value within the bounds says so.

define function "IsKnown"(number {BOUNDS}):
  number.low is not null or number.high is not null

define function "AtOrAbove"(number {BOUNDS}, bound Decimal):
  case
    when number.low >= bound then true
    when number.high < bound or (number.highOpen and number.high = bound) then false
    else null
  end

define function "Above"(number {BOUNDS}, bound Decimal):
  case
    when number.low > bound or (number.lowOpen and number.low = bound) then true
    when number.high <= bound then false
    else null
  end

define function "AtOrBelow"(number {BOUNDS}, bound Decimal):
  case
    when number.high <= bound then true
    when number.low > bound or (number.lowOpen and number.low = bound) then false
    else null
  end

define function "Below"(number {BOUNDS}, bound Decimal):
  case
    when number.high < bound or (number.highOpen and number.high = bound) then true
    when number.low >= bound then false
    else null
  end

define function "IsBounded"(number {BOUNDS}):
  number.low is not null and number.high is not null

define function "RiseInPercent"(earlier {BOUNDS}, later {BOUNDS}):
  if "IsBounded"(earlier) and "IsBounded"(later) and earlier.low > 0 then
    Tuple {{
      low: (later.low - earlier.high) * 100 / earlier.high, lowOpen: false,
      high: (later.high - earlier.low) * 100 / earlier.low, highOpen: false
    }}
  else {_NOT_KNOWN}

define function "Rise"(earlier {BOUNDS}, later {BOUNDS}):
  if "IsBounded"(earlier) and "IsBounded"(later) then
    Tuple {{ low: later.low - earlier.high, lowOpen: false, high: later.high - earlier.low, highOpen: false }}
  else {_NOT_KNOWN}

define function "AnyOf"(choices List<String>, wanted List<String>):
  if exists choices then exists (choices intersect wanted) else null

// Signs count together only where they may be of one side.

define function "MayBeOf"(side String, sides List<String>):
  side in sides or not exists sides or exists (sides S where not (S in {{ 'left', 'right' }}))

define function "AtLeast"(n Integer, signs List<{SIGN}>):
  case
    when Count(signs S where S.truth is true return all 1) >= n then
      if Count(signs S where S.truth is true and "MayBeOf"('left', S.sides) return all 1) >= n
        or Count(signs S where S.truth is true and "MayBeOf"('right', S.sides) return all 1) >= n
      then true else null
    when Count(signs S where not (S.truth is false) return all 1) < n then false
    else null
  end

// What is read from the record itself, where no finding is established.

define function "HasCode"(concept FHIR.CodeableConcept, codes List<String>):
  exists (concept.coding C where C.code.value in codes)

define function "IsDoubted"(condition FHIR.Condition):
  "HasCode"(condition.verificationStatus, {{ 'unconfirmed', 'provisional', 'differential' }})

define function "TellsOfThePast"(condition FHIR.Condition):
  exists (condition.code.coding C
    where C.code.value in {{ '266998003', '266987004', '161508001' }}
      or (StartsWith(C.system.value, 'http://hl7.org/fhir/sid/icd-10')
        and Matches(C.code.value, '^(Z8[567].*|(M84|S[0-9][0-9])[.]?[0-9A-Z][0-9A-Z][0-9A-Z]S)$')))

define function "StandingOf"(condition FHIR.Condition):
  case
    when "HasCode"(condition.verificationStatus, {{ 'entered-in-error' }}) then 'none'
    when "HasCode"(condition.verificationStatus, {{ 'refuted' }}) then 'negated'
    when condition.abatement is not null
      or "HasCode"(condition.clinicalStatus, {{ 'inactive', 'remission', 'resolved' }}) then
      if "IsDoubted"(condition) then 'uncertain' else 'past'
    when "HasCode"(condition.clinicalStatus, {{ 'active', 'recurrence', 'relapse' }}) then
      if "IsDoubted"(condition) then 'possible' else if "TellsOfThePast"(condition) then 'past' else 'current'
    else 'uncertain'
  end

define function "OnRecord"(conditions List<FHIR.Condition>, standings List<String>):
  case
    when exists (conditions C where "StandingOf"(C) in standings) then true
    when exists (conditions C where "StandingOf"(C) in {{ 'possible', 'uncertain' }}) then null
    when exists (conditions C where "StandingOf"(C) = 'negated') then false
    else null
  end

define function "IsTaken"(requests List<FHIR.MedicationRequest>, statements List<FHIR.MedicationStatement>):
  if exists (requests R
      where R.status.value in {{ 'active', 'on-hold' }}
        and R.intent.value in {{ 'order', 'original-order', 'reflex-order', 'filler-order', 'instance-order' }}
        and not (R.doNotPerform.value is true))
    or exists (statements S where S.status.value in {{ 'active', 'on-hold' }})
  then true else null
"""
