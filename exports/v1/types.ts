// Types of the JSON documents of jdm-kg, contract 1.0.0, content 0.1.0.
// Not medical advice: information for reading and research, from public documents.
// Content under CC BY-SA 4.0; each source document has its own terms, given under sources.
// Generated from v1/schema; do not edit.

/** Everything that an information page about a condition needs. */
export interface ConditionDocument {
  /**
   * For programs that read JSON-LD: what the keys mean in RDF, a part of https://w3id.org/jdm-
   * kg/v1/context.jsonld. Others can ignore it.
   */
  readonly "@context": Readonly<Record<string, unknown>>;
  /** Version, licence and disclaimer. Show the disclaimer. */
  readonly meta: Meta;
  /** Always Condition. */
  readonly type: "Condition";
  /** The lasting address of the thing: use it as key. */
  readonly id: string;
  /** The narrowest kind, in plain words. */
  readonly kind: string;
  /** The name to show. */
  readonly label: string;
  /** The preferred name, by language. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** Synonyms, short forms and spellings, by language; not there where there are none. */
  readonly alternativeLabels?: Readonly<Record<string, readonly string[]>>;
  /** What it is, in our words. */
  readonly definition?: string;
  /** All kinds to which it belongs, also those that a reasoner found. */
  readonly kinds: readonly string[];
  /** What else the condition is called, and where the name comes from. */
  readonly names: NamesSection;
  /** Of what it is a kind, and its relatives. */
  readonly family: FamilySection;
  /** What it is, how it works, what is known of the cause, and who has it. */
  readonly overview: OverviewSection;
  /** The symptoms by body system, main symptoms first. */
  readonly symptomsByBodySystem: readonly SymptomGroup[];
  /** How it is recognised. */
  readonly diagnosis: DiagnosisSection;
  /** What is done for it. */
  readonly treatment: TreatmentSection;
  /** How it goes on, and to what it may lead. */
  readonly outlook: OutlookSection;
  /** How many people have it, and other figures. */
  readonly numbers: NumbersSection;
  /** Advice that is tied to the condition as a whole; that of treatments stands with each of them. */
  readonly safety: SafetySection;
  /** Who takes part in care. */
  readonly care: CareSection;
  /** What else the documents say of it. */
  readonly otherStatements: readonly Statement[];
  /** Where the statements in this file do not sit together. No side is wrong by itself. */
  readonly tensions: readonly Tension[];
  /** The documents on which the statements in this file rest. */
  readonly sources: readonly Source[];
  /** For each treatment that is named anywhere in this file: the safety advice to be shown with it. */
  readonly safetyByTreatment: readonly TreatmentSafety[];
}

/** What every file says of itself. */
export interface Meta {
  /** Show this to every reader. */
  readonly disclaimer: string;
  /** Version of the keys, types and addresses (semver). */
  readonly contract: string;
  /** Version of the content. */
  readonly version: string;
  /** The day on which the content was last changed. */
  readonly modified?: string;
  /** The day for which isStale was worked out. */
  readonly asOf?: string;
  /** Terms of the text. Each source has its own. */
  readonly license: string;
  /** The same as an address. */
  readonly licenseUrl: string;
  /** The whole JSON-LD context. You never need to fetch it. */
  readonly context: string;
  /** The schema of this file. */
  readonly schema: string;
}

/** A thing or record that has its own description elsewhere. */
export interface Reference {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
}

/**
 * One fact that one document states, denies or hedges. What it does not mention is not there: a key that is
 * missing says nothing.
 */
export interface Statement {
  /** Always Claim. */
  readonly type: "Claim";
  /** The lasting address of the statement. */
  readonly id: string;
  /** What the document says, as one sentence in our words. */
  readonly statement: string;
  /** What it is said of. */
  readonly subject: Reference;
  /** The relation, as a term of the vocabulary. */
  readonly predicate: string;
  /** denied: the document says that it is NOT so, or advises against it. */
  readonly polarity: "affirmed" | "denied";
  /** How firmly the document commits itself. All but stated and implied are hedges: do not show them as fact. */
  readonly certainty: "stated" | "implied" | "almostCertain" | "likely" | "believed" | "possible";
  /** What it is related to. */
  readonly object?: Reference;
  /** The text that it gives, where it relates to no thing. */
  readonly value?: string;
  /** The month that it gives. */
  readonly valueMonth?: string;
  /** How often. */
  readonly frequency?: Frequency;
  /** Words of the source that show how certain it is. */
  readonly certaintyCue?: readonly string[];
  /** Words of the source that say how often. */
  readonly frequencyWording?: readonly string[];
  /** How bad it is, or must be for this to hold. */
  readonly severity?: Reference;
  /** Words of the source that say how bad. */
  readonly severityWording?: readonly string[];
  /** Words of the source that say how strongly or how much. */
  readonly degreeWording?: readonly string[];
  /** When this holds or is used, in our words. */
  readonly circumstance?: readonly string[];
  /** Things that take part in the circumstance. */
  readonly circumstanceThings?: readonly Reference[];
  /** It is said of these people only. */
  readonly populations?: readonly Reference[];
  /** It is said of these parts of the body only. */
  readonly bodySites?: readonly Reference[];
  /** It is said of these places only. */
  readonly places?: readonly Reference[];
  /** It is said of these periods of life only. */
  readonly lifeStages?: readonly Reference[];
  /** When it happens or how fast, in our words. */
  readonly timing?: readonly string[];
  /** Words of the source that say when. */
  readonly timingWording?: readonly string[];
  /** After what it happens. */
  readonly after?: readonly Reference[];
  /** Before what it happens. */
  readonly before?: readonly Reference[];
  /** Its place among the steps that the source gives, from 1. */
  readonly sequence?: number;
  /** Its tier where the source ranks, 1 for the first. */
  readonly rank?: number;
  /** It is said of these ways into or onto the body only. */
  readonly routesOfUse?: readonly Reference[];
  /** It is said of these forms of the medicine only. */
  readonly doseFormsOfUse?: readonly Reference[];
  /** How often or at what steps it is done, in our words. */
  readonly schedule?: readonly string[];
  /** With what it is compared. */
  readonly comparedWith?: readonly Reference[];
  /** Who does it. */
  readonly agents?: readonly Reference[];
  /** True where the source names it only as one example of several. */
  readonly example?: boolean;
  /** True where the source prints it faultily: do not show it as fact. */
  readonly asPrinted?: boolean;
  /** What to know about how this was read from the source. */
  readonly curatorNotes?: readonly string[];
  /** How much is given. */
  readonly dose?: Dose;
  /** How long it lasts. */
  readonly duration?: Duration;
  /** A figure. */
  readonly amount?: Amount;
  /** The tensions of which it is one side, described under tensions. */
  readonly inTensions: readonly Reference[];
  /** The passages on which it rests. */
  readonly evidence: readonly Evidence[];
}

/** How often, in words; with a band only where the words give one. */
export interface Frequency {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** The share of people, where the wording gives one. */
  readonly band?: Band;
}

/** The percentages that a named rule gives to a wording. Never guess one for a wording that has none. */
export interface Band {
  /** Lowest share in percent. */
  readonly minimum: number;
  /** Highest share in percent. */
  readonly maximum: number;
  /** Lowest share, exactly as in the graph. */
  readonly bandMinimum: string;
  /** Highest share, exactly as in the graph. */
  readonly bandMaximum: string;
  /** The rule. */
  readonly rule?: Reference;
}

/** A passage of a document. Its text is not in this project: start and end point into the document's plain text. */
export interface Evidence {
  /** Always Passage. */
  readonly type: "Passage";
  /** The lasting address of the passage. */
  readonly id: string;
  /** The document, described under sources. */
  readonly document: Reference;
  /** The section of the document. */
  readonly section?: Reference;
  /** Place of the first character, counted from 0. */
  readonly start: number;
  /** Place after the last character. */
  readonly end: number;
}

/** Two or more statements that do not sit together. */
export interface Tension {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** In what way, as a term of the vocabulary. */
  readonly tensionKind: string;
  /** sharp: a reader would act differently on each side. mild: hardly. */
  readonly sharpness: string;
  /** What a reader should know, in our words; it takes no side. */
  readonly explanation: string;
  /** The statements. */
  readonly between: readonly TensionSide[];
}

/** A statement, as one side of a tension. */
export interface TensionSide {
  /** Always Claim. */
  readonly type: "Claim";
  /** The lasting address of the statement. */
  readonly id: string;
  /** What the document says, as one sentence in our words. */
  readonly statement: string;
  /** denied: the document says that it is NOT so, or advises against it. */
  readonly polarity: "affirmed" | "denied";
  /** How firmly the document commits itself. All but stated and implied are hedges: do not show them as fact. */
  readonly certainty: "stated" | "implied" | "almostCertain" | "likely" | "believed" | "possible";
  /** The passages on which it rests. */
  readonly evidence: readonly Evidence[];
}

/** A source document. Its passages are quoted nowhere in these files. */
export interface Source {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** Who publishes it. */
  readonly publisher?: Reference;
  /** Whom it names as authors. */
  readonly authors: readonly Reference[];
  /** Whom it names as reviewers. */
  readonly reviewers: readonly Reference[];
  /** Its own title. */
  readonly sourceTitle?: string;
  /** Where it is published. */
  readonly webAddress?: string;
  /** Its language. */
  readonly language?: string;
  /** The terms under which it is published, in words. */
  readonly sourceTerms?: string;
  /** What is known of its review, in our words. */
  readonly reviewStatus?: string;
  /** The month in which it was last reviewed. */
  readonly lastReviewed?: string;
  /** The month in which it is to be reviewed again. */
  readonly nextReviewDue?: string;
  /** The first day on which its review is overdue. */
  readonly staleFrom?: string;
  /** Its licence as an address, where it has one. */
  readonly license?: string;
  /** Whether its review was overdue on meta.asOf. Not there: the document names no date. */
  readonly isStale?: boolean;
}

/** A treatment and its safety advice. */
export interface TreatmentSafety {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** All that holds for it. */
  readonly safetyAdvice: readonly AdviceText[];
}

/** A piece of advice without its evidence. */
export interface AdviceText {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** The advice in our words, to be shown to readers. */
  readonly text: string;
}

/** How much is given. */
export interface Dose {
  /** The lowest value, as a number to reckon with. */
  readonly minimum?: number;
  /** The highest value, as a number to reckon with. */
  readonly maximum?: number;
  /** The lowest dose, exactly as in the graph. */
  readonly doseMinimum?: string;
  /** The highest dose, exactly as in the graph. */
  readonly doseMaximum?: string;
  /** Unit as a UCUM code. */
  readonly doseUnit?: string;
  /** The measure by which the dose is reckoned. */
  readonly doseBasis?: Reference;
  /** Words of the source that say how much. */
  readonly doseWording?: readonly string[];
}

/** How long it lasts. */
export interface Duration {
  /** The lowest value, as a number to reckon with. */
  readonly minimum?: number;
  /** The highest value, as a number to reckon with. */
  readonly maximum?: number;
  /** The shortest time in ISO 8601. */
  readonly isoMinimum?: string;
  /** The longest time in ISO 8601. */
  readonly isoMaximum?: string;
  /** The shortest time, as in the graph. */
  readonly durationMinimum?: string;
  /** The longest time, as in the graph. */
  readonly durationMaximum?: string;
  /** Unit as a UCUM code: a is years, mo months. */
  readonly durationUnit?: string;
  /** Words of the source that say how long. */
  readonly durationWording?: readonly string[];
}

/** A figure. */
export interface Amount {
  /** The lowest value, as a number to reckon with. */
  readonly minimum?: number;
  /** The highest value, as a number to reckon with. */
  readonly maximum?: number;
  /** Out of how many. */
  readonly outOf?: number;
  /** The length of time in ISO 8601. */
  readonly isoPeriod?: string;
  /** The lowest figure, as in the graph. */
  readonly amountMinimum?: string;
  /** The highest figure, as in the graph. */
  readonly amountMaximum?: string;
  /** Unit as a UCUM code: 1 for a count, % for a share. */
  readonly amountUnit?: string;
  /** Words of the source that give the figure. */
  readonly amountWording?: readonly string[];
  /** Whether the source calls the figure approximate. */
  readonly approximate?: boolean;
  /** Out of how many, as in the graph. */
  readonly denominator?: string;
  /** Of whom it counts. */
  readonly denominatorPopulation?: Reference;
  /** The length of time it relates to, as in the graph. */
  readonly period?: string;
  /** Unit of the period as a UCUM code. */
  readonly periodUnit?: string;
}

/** A thing to which another is related, with the statements that say so. */
export interface Link {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** The narrowest kind, in plain words. */
  readonly kind: string;
  /** What it is, in our words. */
  readonly definition?: string;
  /** True where no single statement says it: it follows from several, or from a class. */
  readonly derived: boolean;
  /** The statements that say so; documents may differ. */
  readonly statements: readonly Statement[];
}

/** A piece of advice, in words to be shown to readers. */
export interface Advice {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** The narrowest kind, in plain words. */
  readonly kind: string;
  /** What it is, in our words. */
  readonly definition?: string;
  /** The advice in our words, to be shown to readers. */
  readonly text: string;
  /** True where no single statement says it: it follows from several, or from a class. */
  readonly derived: boolean;
  /** The statements that say so; documents may differ. */
  readonly statements: readonly Statement[];
}

/**
 * Something that sets a condition off in some people, which is not the same as causing it. Show denials and
 * safetyAdvice with it.
 */
export interface Trigger {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** The narrowest kind, in plain words. */
  readonly kind: string;
  /** What it is, in our words. */
  readonly definition?: string;
  /** True where no single statement says it: it follows from several, or from a class. */
  readonly derived: boolean;
  /** The statements that say so; documents may differ. */
  readonly statements: readonly Statement[];
  /**
   * Advice that protects from harm. Show all of it wherever you show this. What is said of a class of medicines,
   * or of a treatment whose safety this one shares, is included.
   */
  readonly safetyAdvice: readonly Advice[];
  /** What documents deny of it, such as that it is the cause. */
  readonly denials: readonly Statement[];
  /** What else the documents say of it. */
  readonly otherStatements: readonly Statement[];
}

/**
 * A symptom, sign or loss of function that at least some people with the condition have. How often, how bad,
 * where and how certain stands in each of its statements, because documents differ.
 */
export interface Symptom {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** Whether a document singles it out as one that marks the condition. */
  readonly main: boolean;
  /** The narrowest kind, in plain words. */
  readonly kind: string;
  /** What it is, in our words. */
  readonly definition?: string;
  /** True where no single statement says it: it follows from several, or from a class. */
  readonly derived: boolean;
  /** The statements that say so; documents may differ. */
  readonly statements: readonly Statement[];
  /** Where on or in the body, in at least some people. */
  readonly sites: readonly Link[];
  /** How it looks or feels, in at least some people. */
  readonly appearances: readonly Link[];
  /** What a named group of symptoms includes. */
  readonly components: readonly Link[];
  /** What goes with it, in at least some people. */
  readonly accompaniedBy: readonly Link[];
  /** What brings it about, in at least some cases. */
  readonly resultsFrom: readonly Link[];
  /** What it brings about, in at least some cases. */
  readonly leadsTo: readonly Link[];
  /** What makes it worse, in at least some people. */
  readonly worsenedBy: readonly Link[];
  /** Treatments that keep it from happening, in some. */
  readonly preventedBy: readonly Link[];
  /** What it comes before, in at least some people. */
  readonly precedes: readonly Link[];
  /** What it looks like. */
  readonly resembles: readonly Link[];
  /** Conditions that it is taken for. */
  readonly mistakenFor: readonly Link[];
  /** What tells it apart from what it resembles. */
  readonly distinguishedBy: readonly Link[];
  /** How it develops over time, in at least some people. */
  readonly courses: readonly Link[];
  /** The periods of life in which it begins. */
  readonly onset: readonly Link[];
  /** What else the documents say of it. */
  readonly otherStatements: readonly Statement[];
}

/** A test that is used, in at least some people, when the condition is looked for or watched. */
export interface Test {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** The narrowest kind, in plain words. */
  readonly kind: string;
  /** What it is, in our words. */
  readonly definition?: string;
  /** True where no single statement says it: it follows from several, or from a class. */
  readonly derived: boolean;
  /** The statements that say so; documents may differ. */
  readonly statements: readonly Statement[];
  /** What the test is made to find. */
  readonly looksFor: readonly Link[];
  /** What the test is made on or shows. */
  readonly examines: readonly Link[];
  /** Steps of the test. */
  readonly steps: readonly Link[];
  /** What it watches for when repeated. */
  readonly monitorsFor: readonly Link[];
  /** What it is done for. */
  readonly aims: readonly Link[];
  /** What else the documents say of it. */
  readonly otherStatements: readonly Statement[];
}

/**
 * A treatment that is used in at least some people with the condition. Dose, route, form, schedule and the
 * circumstance of use stand in each of its statements. Always show safetyAdvice with it.
 */
export interface Treatment {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** The narrowest kind, in plain words. */
  readonly kind: string;
  /** What it is, in our words. */
  readonly definition?: string;
  /** True where no single statement says it: it follows from several, or from a class. */
  readonly derived: boolean;
  /** The statements that say so; documents may differ. */
  readonly statements: readonly Statement[];
  /**
   * Advice that protects from harm. Show all of it wherever you show this. What is said of a class of medicines,
   * or of a treatment whose safety this one shares, is included.
   */
  readonly safetyAdvice: readonly Advice[];
  /** The only ones who may prescribe it. */
  readonly prescribedOnlyBy: readonly Link[];
  /** Regular tests that are asked for meanwhile. */
  readonly monitoring: readonly Test[];
  /** Unwanted effects, in at least some people. */
  readonly sideEffects: readonly Link[];
  /** Classes of medicines to which it belongs. */
  readonly classes: readonly Link[];
  /** Names under which it is sold. */
  readonly brandNames: readonly Link[];
  /** Medicines that it gives. */
  readonly medicines: readonly Link[];
  /** What it is made up of, among other things. */
  readonly parts: readonly Link[];
  /** Substances in it, among others. */
  readonly contents: readonly Link[];
  /** Treatments by means of which it works. */
  readonly methods: readonly Link[];
  /** Ways into or onto the body. */
  readonly routes: readonly Link[];
  /** Forms in which it comes. */
  readonly doseForms: readonly Link[];
  /** On what the amount depends. */
  readonly doseBasedOn: readonly Link[];
  /** What it is used for in particular. */
  readonly usedFor: readonly Link[];
  /** What a document says it works for. */
  readonly effectiveFor: readonly Link[];
  /** What it does, in at least some people. */
  readonly effects: readonly Link[];
  /** What it makes less likely or less bad. */
  readonly lessens: readonly Link[];
  /** What it keeps from happening, in at least some people. */
  readonly prevents: readonly Link[];
  /** What it makes better or more likely. */
  readonly improves: readonly Link[];
  /** What it is done for. */
  readonly aims: readonly Link[];
  /** Treatments of which less is needed with it. */
  readonly reducesNeedFor: readonly Link[];
  /** Treatments given together with it. */
  readonly combinedWith: readonly Link[];
  /** Treatments whose place it takes. */
  readonly usedInsteadOf: readonly Link[];
  /** Treatments than which a document holds it safer. */
  readonly saferThan: readonly Link[];
  /** Treatments before which it is given. */
  readonly givenBefore: readonly Link[];
  /** Treatments after which it is given. */
  readonly givenAfter: readonly Link[];
  /** Actions that a document advises with it. */
  readonly advisedActions: readonly Link[];
  /** What else the documents say of it. */
  readonly otherStatements: readonly Statement[];
}

/** A profession or team that takes part in care. */
export interface Role {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** The narrowest kind, in plain words. */
  readonly kind: string;
  /** What it is, in our words. */
  readonly definition?: string;
  /** True where no single statement says it: it follows from several, or from a class. */
  readonly derived: boolean;
  /** The statements that say so; documents may differ. */
  readonly statements: readonly Statement[];
  /** What it is trained above all for. */
  readonly specialisesIn: readonly Link[];
  /** Wider roles. */
  readonly kindsOfRole: readonly Link[];
  /** Where it works. */
  readonly settings: readonly Link[];
  /** What it gives, makes or offers. */
  readonly provides: readonly Link[];
  /** What else the documents say of it. */
  readonly otherStatements: readonly Statement[];
}

/** Something for which a document gives a number. The numbers stand in its statements, under amount. */
export interface Figure {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** The narrowest kind, in plain words. */
  readonly kind: string;
  /** What it is, in our words. */
  readonly definition?: string;
  /** True where no single statement says it: it follows from several, or from a class. */
  readonly derived: boolean;
  /** The statements that say so; documents may differ. */
  readonly statements: readonly Statement[];
  /** With what it differs. */
  readonly variesBy: readonly Link[];
  /** What else the documents say of it. */
  readonly otherStatements: readonly Statement[];
}

/** A part of a word with a meaning of its own. */
export interface NamePart {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** The narrowest kind, in plain words. */
  readonly kind: string;
  /** What it is, in our words. */
  readonly definition?: string;
  /** True where no single statement says it: it follows from several, or from a class. */
  readonly derived: boolean;
  /** The statements that say so; documents may differ. */
  readonly statements: readonly Statement[];
  /** What it stands for. */
  readonly meanings: readonly Link[];
  /** Parts of which it is made itself. */
  readonly nameElements: readonly Link[];
  /** What else the documents say of it. */
  readonly otherStatements: readonly Statement[];
}

/** Symptoms of one body system. */
export interface SymptomGroup {
  /** Heading of the group. */
  readonly title: string;
  /** The body system; not there for symptoms of none. */
  readonly bodySystem?: Reference;
  /** The symptoms of this group. */
  readonly symptoms: readonly Symptom[];
  /** What documents state outright and no list above shows. */
  readonly statements: readonly Statement[];
  /** What documents deny. Never show it as if it were so. */
  readonly denials: readonly Statement[];
  /** What documents hedge, imply or print faultily, so that no list above has it. */
  readonly uncertain: readonly Statement[];
}

/** What else the condition is called, and where the name comes from. */
export interface NamesSection {
  /** Heading of the section. */
  readonly title: string;
  /** Other names that documents give. */
  readonly otherNames: readonly string[];
  /** Short forms that documents use. */
  readonly abbreviations: readonly string[];
  /** Parts of the name and their meaning. */
  readonly nameElements: readonly NamePart[];
  /** What it takes its name from. */
  readonly namedAfter: readonly Link[];
  /** What documents state outright and no list above shows. */
  readonly statements: readonly Statement[];
  /** What documents deny. Never show it as if it were so. */
  readonly denials: readonly Statement[];
  /** What documents hedge, imply or print faultily, so that no list above has it. */
  readonly uncertain: readonly Statement[];
}

/** Of what it is a kind, and its relatives. */
export interface FamilySection {
  /** Heading of the section. */
  readonly title: string;
  /** Wider conditions of which it is one kind. */
  readonly kindOf: readonly Link[];
  /** Conditions of which it is the commonest kind. */
  readonly commonestFormOf: readonly Link[];
  /** Conditions that are kinds of it. */
  readonly subtypes: readonly Link[];
  /** Conditions whose form in childhood it is. */
  readonly childhoodFormOf: readonly Link[];
  /** Conditions that a document says are not the same. */
  readonly distinctFrom: readonly Link[];
  /** Conditions treated in much the same way. */
  readonly managedLike: readonly Link[];
  /** What documents state outright and no list above shows. */
  readonly statements: readonly Statement[];
  /** What documents deny. Never show it as if it were so. */
  readonly denials: readonly Statement[];
  /** What documents hedge, imply or print faultily, so that no list above has it. */
  readonly uncertain: readonly Statement[];
  /** Other kinds of the conditions of which this is one kind. */
  readonly siblings: readonly Link[];
}

/** What it is, how it works, what is known of the cause, and who has it. */
export interface OverviewSection {
  /** Heading of the section. */
  readonly title: string;
  /** By what process it is said or believed to work. */
  readonly mechanisms: readonly Link[];
  /** What it harms or involves, in at least some people. */
  readonly affects: readonly Link[];
  /** Symptoms that a document singles out as marking it. */
  readonly mainSymptoms: readonly Link[];
  /** How much is known of the cause. */
  readonly causeStatus: readonly Link[];
  /** Causes; a trigger is not one. */
  readonly causes: readonly Link[];
  /** What sets it off in some people. Not causes. */
  readonly triggers: readonly Trigger[];
  /** What is said or held likely to raise the chance. */
  readonly riskFactors: readonly Link[];
  /** To what people with it react more than others. */
  readonly sensitiveTo: readonly Link[];
  /** The periods of life in which it begins. */
  readonly onset: readonly Link[];
  /** Groups of people in which it is found. */
  readonly occursIn: readonly Link[];
  /** What documents state outright and no list above shows. */
  readonly statements: readonly Statement[];
  /** What documents deny. Never show it as if it were so. */
  readonly denials: readonly Statement[];
  /** What documents hedge, imply or print faultily, so that no list above has it. */
  readonly uncertain: readonly Statement[];
}

/** How it is recognised. */
export interface DiagnosisSection {
  /** Heading of the section. */
  readonly title: string;
  /** Tests that are used, in at least some people. */
  readonly tests: readonly Test[];
  /** What is used, or held useful, to recognise it. */
  readonly criteria: readonly Link[];
  /** Who makes the diagnosis, in at least some cases. */
  readonly diagnosedBy: readonly Role[];
  /** Conditions that it is taken for. */
  readonly mistakenFor: readonly Link[];
  /** What tells it apart from what it resembles. */
  readonly distinguishedBy: readonly Link[];
  /** What documents state outright and no list above shows. */
  readonly statements: readonly Statement[];
  /** What documents deny. Never show it as if it were so. */
  readonly denials: readonly Statement[];
  /** What documents hedge, imply or print faultily, so that no list above has it. */
  readonly uncertain: readonly Statement[];
}

/** What is done for it. */
export interface TreatmentSection {
  /** Heading of the section. */
  readonly title: string;
  /** Treatments, each with its safety advice. */
  readonly treatments: readonly Treatment[];
  /** On what the amounts given depend. */
  readonly doseBasedOn: readonly Link[];
  /** What a document advises its readers to do. */
  readonly advisedActions: readonly Link[];
  /** What documents state outright and no list above shows. */
  readonly statements: readonly Statement[];
  /** What documents deny. Never show it as if it were so. */
  readonly denials: readonly Statement[];
  /** What documents hedge, imply or print faultily, so that no list above has it. */
  readonly uncertain: readonly Statement[];
}

/** How it goes on, and to what it may lead. */
export interface OutlookSection {
  /** Heading of the section. */
  readonly title: string;
  /** Where it leads in the end, in at least some people. */
  readonly outcomes: readonly Link[];
  /** How it develops over time, in at least some people. */
  readonly courses: readonly Link[];
  /** What it brings about, in at least some cases. */
  readonly leadsTo: readonly Link[];
  /** What documents state outright and no list above shows. */
  readonly statements: readonly Statement[];
  /** What documents deny. Never show it as if it were so. */
  readonly denials: readonly Statement[];
  /** What documents hedge, imply or print faultily, so that no list above has it. */
  readonly uncertain: readonly Statement[];
}

/** How many people have it, and other figures. */
export interface NumbersSection {
  /** Heading of the section. */
  readonly title: string;
  /** Figures, with amount, denominator and period. */
  readonly measures: readonly Figure[];
  /** With what it differs. */
  readonly variesBy: readonly Link[];
  /** What documents state outright and no list above shows. */
  readonly statements: readonly Statement[];
  /** What documents deny. Never show it as if it were so. */
  readonly denials: readonly Statement[];
  /** What documents hedge, imply or print faultily, so that no list above has it. */
  readonly uncertain: readonly Statement[];
}

/** Advice that is tied to the condition as a whole; that of treatments stands with each of them. */
export interface SafetySection {
  /** Heading of the section. */
  readonly title: string;
  /**
   * Advice that protects from harm. Show all of it wherever you show this. What is said of a class of medicines,
   * or of a treatment whose safety this one shares, is included.
   */
  readonly safetyAdvice: readonly Advice[];
  /** All other advice. */
  readonly otherAdvice: readonly Advice[];
  /** What documents state outright and no list above shows. */
  readonly statements: readonly Statement[];
  /** What documents deny. Never show it as if it were so. */
  readonly denials: readonly Statement[];
  /** What documents hedge, imply or print faultily, so that no list above has it. */
  readonly uncertain: readonly Statement[];
}

/** Who takes part in care. */
export interface CareSection {
  /** Heading of the section. */
  readonly title: string;
  /** Who leads the care, in at least some cases. */
  readonly careLedBy: readonly Role[];
  /** Who takes part in the care. */
  readonly managedBy: readonly Role[];
  /** What documents state outright and no list above shows. */
  readonly statements: readonly Statement[];
  /** What documents deny. Never show it as if it were so. */
  readonly denials: readonly Statement[];
  /** What documents hedge, imply or print faultily, so that no list above has it. */
  readonly uncertain: readonly Statement[];
}

/** All that is known of one thing. */
export interface ThingDocument {
  /**
   * For programs that read JSON-LD: what the keys mean in RDF, a part of https://w3id.org/jdm-
   * kg/v1/context.jsonld. Others can ignore it.
   */
  readonly "@context": Readonly<Record<string, unknown>>;
  /** Version, licence and disclaimer. Show the disclaimer. */
  readonly meta: Meta;
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** The lasting address of the thing: use it as key. */
  readonly id: string;
  /** The narrowest kind, in plain words. */
  readonly kind: string;
  /** The name to show. */
  readonly label: string;
  /** The preferred name, by language. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  /** Synonyms, short forms and spellings, by language; not there where there are none. */
  readonly alternativeLabels?: Readonly<Record<string, readonly string[]>>;
  /** What it is, in our words. */
  readonly definition?: string;
  /** All kinds to which it belongs, also those that a reasoner found. */
  readonly kinds: readonly string[];
  /** For advice: its text, to be shown to readers. */
  readonly adviceText?: string;
  /** Wider things. */
  readonly broader: readonly Reference[];
  /** Narrower things. */
  readonly narrower: readonly Reference[];
  /** For parts of the body: what they are part of. */
  readonly partOf: readonly Reference[];
  /** For parts of the body: their parts. */
  readonly hasPart: readonly Reference[];
  /** For symptoms: where they are listed. */
  readonly bodySystems: readonly Reference[];
  /** For treatments: those whose safety advice holds here too. */
  readonly sharesSafetyOf: readonly Reference[];
  /** The thing in other terminologies. */
  readonly mappings: Mappings;
  /** Advice that protects from harm. Show all of it wherever you show the thing. */
  readonly safetyAdvice: readonly Advice[];
  /** What documents say of it. */
  readonly asSubject: readonly Statement[];
  /** What documents say of other things in relation to it. */
  readonly asObject: readonly Statement[];
  /** Statements that name it in passing, such as for whom or where. */
  readonly asQualifier: readonly Statement[];
  /** Where the statements in this file do not sit together. No side is wrong by itself. */
  readonly tensions: readonly Tension[];
  /** The documents on which the statements in this file rest. */
  readonly sources: readonly Source[];
  /** For each treatment that is named anywhere in this file: the safety advice to be shown with it. */
  readonly safetyByTreatment: readonly TreatmentSafety[];
}

/** Identifiers of the thing in other terminologies, by how well they fit. */
export interface Mappings {
  /** The same thing. */
  readonly exactMatch: readonly Mapping[];
  /** Nearly the same thing. */
  readonly closeMatch: readonly Mapping[];
  /** A wider thing. */
  readonly broadMatch: readonly Mapping[];
  /** A narrower thing. */
  readonly narrowMatch: readonly Mapping[];
  /** A related thing. */
  readonly relatedMatch: readonly Mapping[];
}

/** An identifier of others. */
export interface Mapping {
  /** The identifier. */
  readonly id: string;
  /** Its short form. */
  readonly curie: string;
  /** Whose identifier it is. */
  readonly vocabulary: string;
}

/** The names of all things and their files, small enough to search offline. */
export interface Index {
  /**
   * For programs that read JSON-LD: what the keys mean in RDF, a part of https://w3id.org/jdm-
   * kg/v1/context.jsonld. Others can ignore it.
   */
  readonly "@context": Readonly<Record<string, unknown>>;
  /** Version, licence and disclaimer. Show the disclaimer. */
  readonly meta: Meta;
  /** All things, by label. */
  readonly things: readonly IndexEntry[];
}

/** A thing and its file. */
export interface IndexEntry {
  /** The narrowest kind, as a term of the vocabulary. */
  readonly type: string;
  /** Its lasting address. */
  readonly id: string;
  /** The name to show. */
  readonly label: string;
  /** The narrowest kind, in plain words. */
  readonly kind: string;
  /** Synonyms, short forms and spellings, by language; not there where there are none. */
  readonly alternativeLabels?: Readonly<Record<string, readonly string[]>>;
  /** Its file, from the folder of the index. */
  readonly file: string;
  /** For a condition of which there is everything: that file. */
  readonly page?: string;
}
