// An information page about a condition, from one JSON document. No framework: it shows what the types are good for.
import type {
  Advice,
  AdviceText,
  ConditionDocument,
  Evidence,
  Link,
  Reference,
  Source,
  Statement,
  Symptom,
  Tension,
  Test,
  Treatment,
  Trigger,
} from "../../exports/v1/types.js";

/** Text that is HTML already. Everything else is escaped when it is put into a page. */
class Html {
  constructor(readonly text: string) {}
}

type Piece = Html | string | number | readonly Piece[];

function escaped(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (typeof piece === "object") return piece.map(escaped).join("");
  const signs: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return String(piece).replace(/[&<>"']/g, (sign) => signs[sign] ?? "");
}

function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(parts.reduce((page, part, index) => page + escaped(pieces[index - 1] ?? "") + part));
}

/** Only web addresses become links. */
function link(address: string | undefined, text: string): Html {
  if (address === undefined || !/^https?:\/\//.test(address)) return html`${text}`;
  return html`<a href="${address}" rel="noopener">${text}</a>`;
}

function list(items: readonly Html[]): Html {
  return items.length === 0 ? html`` : html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

const HEDGES: Record<Statement["certainty"], string> = {
  stated: "",
  implied: "implied",
  almostCertain: "held almost certain",
  likely: "held likely",
  believed: "believed, not established",
  possible: "possible, not established",
};

/** A page about one condition. */
export function page(document: ConditionDocument): string {
  const sources = new Map(document.sources.map((source) => [source.id, source]));

  function evidence(item: Evidence): Html {
    const where = item.section === undefined ? "" : `, “${item.section.label}”`;
    const source = link(sources.get(item.document.id)?.webAddress, item.document.label);
    return html`<cite>${source}${where}, characters ${item.start}–${item.end}</cite>`;
  }

  function howOften(statement: Statement): string {
    if (statement.frequency === undefined) return "";
    const { label, band } = statement.frequency;
    return band === undefined ? label : `${label}, taken as ${band.minimum} to ${band.maximum} %`;
  }

  /** What a reader must not miss about a statement, beside its sentence. */
  function remarks(statement: Statement): string[] {
    const { dose, amount, duration } = statement;
    const names = (things: readonly Reference[] | undefined) => things?.map((thing) => thing.label).join(", ") ?? "";
    return [
      howOften(statement),
      HEDGES[statement.certainty],
      statement.asPrinted === true ? "as printed, probably faulty" : "",
      statement.severity?.label ?? "",
      ...(statement.circumstance ?? []),
      names(statement.bodySites),
      names(statement.populations),
      names(statement.places),
      names(statement.routesOfUse),
      names(statement.doseFormsOfUse),
      ...(statement.schedule ?? []),
      ...(statement.timing ?? []),
      dose === undefined ? "" : range(dose.minimum, dose.maximum, dose.doseUnit, dose.doseBasis, dose.doseWording),
      duration === undefined ? "" : range(undefined, undefined, undefined, undefined, duration.durationWording),
      amount?.minimum === undefined || amount.outOf === undefined
        ? ""
        : `${range(amount.minimum, amount.maximum, undefined, undefined, undefined)} for ${amount.outOf}`,
    ].filter((remark) => remark !== "");
  }

  function range(
    least: number | undefined,
    most: number | undefined,
    unit: string | undefined,
    basis: Reference | undefined,
    words: readonly string[] | undefined,
  ): string {
    if (least === undefined && most === undefined) return words?.join(", ") ?? "";
    const numbers = least === most ? `${least}` : `${least ?? "up"} to ${most ?? "more"}`;
    return [numbers, unit ?? "", basis === undefined ? "" : `by ${basis.label}`].filter((part) => part !== "").join(" ");
  }

  function statement(item: Statement): Html {
    // A denied statement says in its own words that it is not so: "Not so:" before it would turn it round.
    const denied = item.polarity === "denied" ? html` <em class="denied">(a denial)</em>` : html``;
    const more = remarks(item);
    const aside = more.length === 0 ? html`` : html` <small>(${more.join("; ")})</small>`;
    const proof = html`<details><summary>source</summary>${list(item.evidence.map(evidence))}</details>`;
    return html`${item.statement}${denied}${aside} ${proof}`;
  }

  function statements(items: readonly Statement[]): Html {
    return list(items.map(statement));
  }

  function advice(items: readonly (Advice | AdviceText)[]): Html {
    if (items.length === 0) return html``;
    const texts = items.map((item) => html`<strong>${item.label}.</strong> ${item.text}`);
    return html`<aside class="safety"><h4>Safety</h4>${list(texts)}</aside>`;
  }

  function links(title: string, items: readonly Link[]): Html {
    if (items.length === 0) return html``;
    return html`<h4>${title}</h4>${list(items.map((item) => html`${item.label}${statements(item.statements)}`))}`;
  }

  function brief(title: string, items: readonly Reference[]): Html {
    return items.length === 0 ? html`` : html`<p>${title}: ${items.map((item) => item.label).join(", ")}</p>`;
  }

  function leftOver(section: { readonly denials: readonly Statement[]; readonly uncertain: readonly Statement[] }): Html {
    const denied = section.denials.length === 0 ? html`` : html`<h4>Said not to be so</h4>${statements(section.denials)}`;
    if (section.uncertain.length === 0) return denied;
    return html`${denied}<h4>Not said outright</h4>${statements(section.uncertain)}`;
  }

  function symptom(item: Symptom): Html {
    const name = item.main ? html`<strong>${item.label}</strong> (main symptom)` : html`${item.label}`;
    const details = [brief("Where", item.sites), brief("How it looks or feels", item.appearances)];
    return html`${name}${statements(item.statements)}${details}`;
  }

  function test(item: Test): Html {
    return html`${item.label}${brief("Looks for", item.looksFor)}${statements(item.statements)}`;
  }

  function trigger(item: Trigger): Html {
    const caution = item.denials.length === 0 ? html`` : html`<p>But:</p>${statements(item.denials)}`;
    return html`${item.label}${statements(item.statements)}${caution}${advice(item.safetyAdvice)}`;
  }

  function treatment(item: Treatment): Html {
    return html`<section class="treatment" id="${item.id.replace(/^.*\//, "")}">
<h3>${item.label}</h3>
<p>${item.definition ?? ""}</p>
${advice(item.safetyAdvice)}
${statements(item.statements)}
${brief("Class", item.classes)}${brief("Gives", item.medicines)}${brief("Route", item.routes)}
${brief("Form", item.doseForms)}${brief("Used for", item.usedFor)}${brief("Side effects", item.sideEffects)}
${brief("Monitoring", item.monitoring)}${brief("Prescribed only by", item.prescribedOnlyBy)}
${brief("Given before", item.givenBefore)}${brief("Given after", item.givenAfter)}
</section>`;
  }

  /** Treatments that are only mentioned have their safety advice too. */
  function mentioned(): Html {
    const shown = new Set(document.treatment.treatments.map((item) => item.id));
    const others = document.safetyByTreatment.filter((item) => !shown.has(item.id));
    return html`${others.map((item) => html`<h4>${item.label}</h4>${advice(item.safetyAdvice)}`)}`;
  }

  function tension(item: Tension): Html {
    const sides = item.between.map((side) => html`${side.statement} ${side.evidence.map(evidence)}`);
    return html`<h4>${item.label}</h4><p>${item.explanation}</p>${list(sides)}`;
  }

  function source(item: Source): Html {
    const review = item.lastReviewed === undefined ? "no date of review" : `reviewed ${item.lastReviewed}`;
    const due = item.nextReviewDue === undefined ? "" : `, next review ${item.nextReviewDue}`;
    const stale = item.isStale === true ? html` <strong class="stale">Its review is overdue.</strong>` : html``;
    return html`${link(item.webAddress, item.label)}: ${review}${due}. ${item.reviewStatus ?? ""} ${item.sourceTerms ?? ""}${stale}`;
  }

  const { meta, names, family, overview, diagnosis, outlook, numbers, safety, care } = document;
  const disclaimer = html`<p class="disclaimer" role="note"><strong>${meta.disclaimer}</strong></p>`;
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${document.label}</title></head>
<body>
<h1>${document.label}</h1>
${disclaimer}
<p>${document.definition ?? ""}</p>
<p>Also called: ${[...names.abbreviations, ...names.otherNames].join(", ")}</p>
${advice(safety.safetyAdvice)}
<h2>${family.title}</h2>
${links("A kind of", family.kindOf)}${links("Related", [...family.childhoodFormOf, ...family.siblings])}${leftOver(family)}
<h2>${overview.title}</h2>
${links("How it works", overview.mechanisms)}${links("Cause", [...overview.causeStatus, ...overview.causes])}
<h4>Triggers</h4>${list(overview.triggers.map(trigger))}
${links("Risk factors", overview.riskFactors)}${links("When it begins", overview.onset)}${leftOver(overview)}
<h2>Symptoms</h2>
${document.symptomsByBodySystem.map(
  (group) => html`<h3>${group.title}</h3>${list(group.symptoms.map(symptom))}${leftOver(group)}`,
)}
<h2>${diagnosis.title}</h2>
${list(diagnosis.tests.map(test))}${links("Criteria", diagnosis.criteria)}${leftOver(diagnosis)}
<h2>${document.treatment.title}</h2>
${document.treatment.treatments.map(treatment)}${leftOver(document.treatment)}${mentioned()}
<h2>${outlook.title}</h2>
${links("Where it may lead", outlook.outcomes)}${links("How it goes on", outlook.courses)}${leftOver(outlook)}
<h2>${numbers.title}</h2>
${list(numbers.measures.map((item) => html`${item.label}${statements(item.statements)}`))}
<h2>${care.title}</h2>
${links("Led by", care.careLedBy)}${links("With", care.managedBy)}
<h2>Where the sources do not agree</h2>
${document.tensions.map(tension)}
<h2>Sources</h2>
${list(document.sources.map(source))}
<footer>${disclaimer}<p>Content ${meta.version}, ${meta.modified ?? ""}, ${link(meta.licenseUrl, meta.license)}.</p></footer>
</body>
</html>
`.text;
}
