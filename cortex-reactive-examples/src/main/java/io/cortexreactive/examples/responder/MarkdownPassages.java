package io.cortexreactive.examples.responder;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Cuts a Markdown document into passages: a paragraph, list or table each, with the code block that follows it. */
final class MarkdownPassages {

    private static final String FENCE = "```";
    private static final Pattern HEADING = Pattern.compile("^#{1,6}\\s+(.*)$");
    private static final Pattern ITEM = Pattern.compile("^\\s*(?:[-*+]|\\d+\\.)\\s+(.*)$");
    private static final Pattern TABLE_RULE = Pattern.compile("^\\|[\\s:|-]+$");
    private static final Pattern IMAGE_OR_COMMENT =
            Pattern.compile("!\\[[^\\]]*\\]\\([^)]*\\)|<!--.*?-->|</?(?:a|br|div|img|p|picture|source)\\b[^>]*>");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]+)\\]\\([^)]*\\)");
    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?:])\\s+(?=[\\p{Lu}`“\"(])");

    private final String document;
    private final List<Passage> passages = new ArrayList<>();
    private final List<String> units = new ArrayList<>();
    private final StringBuilder prose = new StringBuilder();
    private final StringBuilder code = new StringBuilder();
    private String heading = "";
    private boolean inCode;
    private boolean gap;

    private MarkdownPassages(String document) {
        this.document = document;
    }

    /** The passages of a document, in order. */
    static List<Passage> of(Document document) {
        MarkdownPassages splitter = new MarkdownPassages(document.name());
        document.markdown().lines().forEach(splitter::line);
        splitter.endPassage();
        return splitter.passages;
    }

    private void line(String line) {
        if (line.strip().startsWith(FENCE)) {
            fence(line.strip());
        } else if (inCode) {
            code.append(line).append('\n');
        } else if (line.isBlank()) {
            endProse();
            gap = true;
        } else {
            text(line);
        }
    }

    private void fence(String line) {
        if (inCode) {
            units.add(code + FENCE);
            code.setLength(0);
        } else {
            endProse();
            code.append(line).append('\n');
        }
        inCode = !inCode;
    }

    private void text(String line) {
        var title = HEADING.matcher(line);
        var item = ITEM.matcher(line);
        if (title.matches()) {
            endPassage();
            heading = plain(title.group(1));
            return;
        }
        if (gap && !item.matches()) {
            endPassage();
        }
        gap = false;
        if (item.matches()) {
            endProse();
            prose.append("- ").append(item.group(1));
        } else if (line.startsWith("|")) {
            row(line);
        } else {
            prose.append(prose.isEmpty() ? "" : " ").append(line.strip());
        }
    }

    private void row(String line) {
        endProse();
        if (!TABLE_RULE.matcher(line).matches()) {
            String cells = line.replaceAll("^\\||\\|\\s*$", "").strip();
            units.add("- " + plain(cells.replaceAll("\\s*\\|\\s*", " · ")));
        }
    }

    private void endProse() {
        String text = plain(prose.toString());
        prose.setLength(0);
        if (text.startsWith("- ")) {
            units.add(text);
        } else {
            SENTENCE_END
                    .splitAsStream(text)
                    .filter(sentence -> !sentence.isBlank())
                    .forEach(units::add);
        }
    }

    private void endPassage() {
        endProse();
        gap = false;
        if (!units.isEmpty()) {
            passages.add(new Passage(document, heading, units));
            units.clear();
        }
    }

    private static String plain(String markdown) {
        String text = IMAGE_OR_COMMENT.matcher(markdown).replaceAll("");
        return LINK.matcher(text).replaceAll("$1").strip();
    }
}
