package io.cortexreactive.guardrail;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What people write to take over a model. A pattern is tried only where one of its words stands, on the few characters
 * around it; so the time grows with the text alone.
 */
final class InjectionRules {

    private static final int BEFORE = 3;
    private static final int AROUND = 200;

    private static final String BEFORE_NOW =
            "(previous|prior|above|earlier|preceding|foregoing|existing|original|initial|system|all|any|every|your|these|those|the)";
    private static final String ORDERS =
            "(instructions?|prompts?|rules?|directions?|directives?|guidelines?|commands?|orders|messages?|programming|training)";

    private static final List<Rule> RULES = List.of(
            rule(
                    "override",
                    0.75,
                    "\\b(ignore|disregard|forget|override|overlook|neglect|skip) (.{0,40} )?" + BEFORE_NOW
                            + " (.{0,30} )?" + ORDERS + "\\b",
                    "ignore",
                    "disregard",
                    "forget",
                    "override",
                    "overlook",
                    "neglect",
                    "skip"),
            rule(
                    "override",
                    0.75,
                    "\\b(ignorier|vergiss|missachte)\\w* (.{0,30} )?(vorherig|bisherig|obig|vorangegangen|alle|deine)\\w*"
                            + " (.{0,20} )?(anweisung|regel|vorgabe|instruktion)",
                    "ignoriere",
                    "ignorieren",
                    "vergiss",
                    "missachte"),
            rule(
                    "override",
                    0.75,
                    "\\b(ignor\\w+|oubli\\w+|olvid\\w+) (.{0,30} )?(instructions|consignes|regles|instrucciones|reglas)\\b",
                    "ignorez",
                    "ignores",
                    "oublie",
                    "oubliez",
                    "ignora",
                    "ignore",
                    "olvida"),
            rule(
                    "reveal",
                    0.7,
                    "\\b(reveal|show|print|repeat|output|display|leak|dump|recite|give me|tell me|what (is|are|was|were))"
                            + " (.{0,40} )?(system|initial|hidden|secret|original|developer|above|your) ?"
                            + "(prompts?|instructions?|message|rules)\\b",
                    "reveal",
                    "show",
                    "print",
                    "repeat",
                    "output",
                    "display",
                    "leak",
                    "dump",
                    "recite",
                    "give",
                    "tell",
                    "what"),
            rule(
                    "jailbreak",
                    0.7,
                    "\\b(jailbreak|do anything now|(dan|developer|god|unrestricted|debug|sudo) mode"
                            + "|without (any )?(ethical )?(restrictions|filters|limitations|censorship|guidelines))\\b",
                    "jailbreak",
                    "do",
                    "dan",
                    "developer",
                    "god",
                    "unrestricted",
                    "debug",
                    "sudo",
                    "without"),
            rule(
                    "unguard",
                    0.7,
                    "\\b(disable|deactivate|bypass|evade|ignore|circumvent|turn off|switch off) (.{0,30} )?"
                            + "(safety|safeguards?|filters?|guardrails?|restrictions|content polic\\w+|moderation|security)\\b",
                    "disable",
                    "deactivate",
                    "bypass",
                    "evade",
                    "ignore",
                    "circumvent",
                    "turn",
                    "switch"),
            rule(
                    "role",
                    0.4,
                    "\\b(you are now|from now on,? you|pretend (to be|that you|you are)|act as (if|though|an? (un|evil|hacker))"
                            + "|you are no longer|you must now)\\b",
                    "you",
                    "from",
                    "pretend",
                    "act"),
            rule(
                    "new_orders",
                    0.45,
                    "\\b(new|updated|real|actual|secret|important) (system )?(instructions?|task|objective|orders)( ?:| are| is)",
                    "new",
                    "updated",
                    "real",
                    "actual",
                    "secret",
                    "important"),
            rule(
                    "exfiltrate",
                    0.6,
                    "\\b(send|post|forward|upload|exfiltrate|email|append) (.{0,60} )?(api keys?|passwords?|secrets?|tokens?"
                            + "|credentials|conversation|chat history|system prompt) (.{0,40} )?(to|into|at)\\b",
                    "send",
                    "post",
                    "forward",
                    "upload",
                    "exfiltrate",
                    "email",
                    "append"),
            rule(
                    "marker",
                    0.6,
                    "(<\\|(im_start|im_end|system|user|assistant|endoftext|eot_id)\\|?>?|\\[/?inst\\]|<</?sys>>"
                            + "|</?(system|instructions?)>|#{2,} ?(system|instructions?)\\b|\\[system\\])",
                    "im_start",
                    "im_end",
                    "system",
                    "user",
                    "assistant",
                    "endoftext",
                    "eot_id",
                    "inst",
                    "sys",
                    "instruction",
                    "instructions"));

    private static final Map<String, List<Rule>> BY_WORD = byWord();

    private InjectionRules() {}

    private static Rule rule(String name, double weight, String pattern, String... words) {
        return new Rule(name, weight, Pattern.compile(pattern), Set.of(words));
    }

    private static Map<String, List<Rule>> byWord() {
        Map<String, List<Rule>> rules = new HashMap<>();
        RULES.forEach(rule -> rule.words.forEach(
                word -> rules.computeIfAbsent(word, key -> new ArrayList<>()).add(rule)));
        return rules;
    }

    /** @param text folded */
    static List<Hit> find(String text) {
        List<Hit> hits = new ArrayList<>();
        int start = -1;
        for (int i = 0; i <= text.length(); i++) {
            boolean inWord = i < text.length() && (Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '_');
            if (inWord && start < 0) {
                start = i;
            } else if (!inWord && start >= 0) {
                word(text, start, i, hits);
                start = -1;
            }
        }
        return hits;
    }

    private static void word(String text, int start, int end, List<Hit> hits) {
        for (Rule rule : BY_WORD.getOrDefault(text.substring(start, end), List.of())) {
            int from = Math.max(0, start - BEFORE);
            Matcher matcher = rule.pattern.matcher(text.substring(from, Math.min(text.length(), start + AROUND)));
            if (matcher.find() && from + matcher.start() <= start && from + matcher.end() >= end) {
                hits.add(new Hit(rule.name, rule.weight, from + matcher.start(), from + matcher.end()));
            }
        }
    }

    private record Rule(String name, double weight, Pattern pattern, Set<String> words) {}

    /** @param weight how likely it alone is meant, from 0 to 1 */
    record Hit(String rule, double weight, int start, int end) {}
}
