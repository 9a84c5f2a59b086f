package io.cortexreactive.prompt;

import com.github.jknack.handlebars.internal.HbsLexer;
import com.github.jknack.handlebars.internal.antlr.CharStream;
import com.github.jknack.handlebars.internal.antlr.CharStreams;
import com.github.jknack.handlebars.internal.antlr.Lexer;
import com.github.jknack.handlebars.internal.antlr.Token;
import com.github.jknack.handlebars.internal.antlr.misc.Interval;
import io.cortexreactive.error.LimitExceededException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a template's tokens before the parser does: the parser and what it makes go down the stack with each level,
 * and some of what Handlebars has is not for prompts.
 */
final class TemplateShape {

    private static final int MAX_PARENTHESES = 20;
    /** For what is no template, each takes the lexer tens of microseconds. */
    private static final int MAX_TAGS = 10_000;

    /** The lexer's work grows with more than the square of these. */
    private static final int MAX_PATH_PARTS = 32;

    private static final int MAX_TAG_TOKENS = 500;
    private static final int MAX_TOKEN_CHARS = 16 * 1024;

    /** Each takes the lexer and the parser microseconds; text between tags takes them nearly nothing. */
    private static final int MAX_TAG_CHARS = 128 * 1024;

    /** Start, name and end. */
    private static final int BARE_BLOCK = 3;

    private static final Set<String> CONDITIONS = Set.of("if", "unless");

    private final PromptText text;
    private final int maxDepth;
    /** The levels that each open block adds: itself, and a branch for each {@code else}. */
    private final Deque<Integer> open = new ArrayDeque<>();

    private int depth;
    private int parentheses;
    private int tagTokens;
    private int tagStart;
    private String tagName = "";
    private boolean afterStart;

    private TemplateShape(PromptText text, int maxDepth) {
        this.text = text;
        this.maxDepth = maxDepth;
    }

    /**
     * Refuses a template that is nested too deeply, or uses what is not supported.
     *
     * @throws PromptSyntaxException saying where
     * @throws LimitExceededException if it has too many tags
     */
    static void check(PromptText text, int maxDepth) {
        countTags(text);
        TemplateShape shape = new TemplateShape(text, maxDepth);
        Bounded chars = shape.new Bounded(CharStreams.fromString(text.template()));
        HbsLexer lexer = new HbsLexer(chars, "{{", "}}");
        chars.lexer = lexer;
        lexer.removeErrorListeners(); // The parser reports them.
        for (Token token = lexer.nextToken(); token.getType() != Token.EOF; token = lexer.nextToken()) {
            shape.look(token);
        }
    }

    private static void countTags(PromptText text) {
        int tags = 0;
        for (int at = text.template().indexOf("{{");
                at >= 0;
                at = text.template().indexOf("{{", at + 2)) {
            if (++tags > MAX_TAGS) {
                throw new LimitExceededException(text.where() + ", tags of the template", MAX_TAGS, tags);
            }
        }
    }

    private void look(Token token) {
        if (++tagTokens > MAX_TAG_TOKENS) {
            throw wrong(token, "a tag has more than " + MAX_TAG_TOKENS + " names, values and signs");
        }
        if (tagTokens == 1) {
            tagStart = token.getType();
        } else if (tagTokens == 2) {
            tagName = token.getText();
        }
        switch (token.getType()) {
            case HbsLexer.START_BLOCK, HbsLexer.UNLESS -> open(token);
            case HbsLexer.ELSE -> branch(token);
            case HbsLexer.END_BLOCK -> close();
            case HbsLexer.LP -> parenthesis(token);
            case HbsLexer.RP -> parentheses--;
            case HbsLexer.END, HbsLexer.END_T -> endTag(token);
            case HbsLexer.TEXT, HbsLexer.COMMENT, HbsLexer.ESC_VAR -> tagTokens = 0;
            case HbsLexer.START_PARTIAL_BLOCK -> throw wrong(token, "a partial with a block is not supported");
            case HbsLexer.START_DELIM -> throw wrong(token, "other delimiters are not supported");
            case HbsLexer.START_RAW -> throw wrong(token, "raw blocks are not supported");
            case HbsLexer.DECORATOR -> throw wrong(token, "decorators and inline partials are not supported");
            default -> {}
        }
        afterStart = token.getType() == HbsLexer.START;
    }

    private void endTag(Token token) {
        if (tagStart == HbsLexer.START_BLOCK && tagTokens == BARE_BLOCK && CONDITIONS.contains(tagName)) {
            throw wrong(token, "'" + tagName + "' needs a value");
        }
        parentheses = 0;
        tagTokens = 0;
    }

    private void open(Token token) {
        open.push(1);
        deeper(token);
    }

    private void branch(Token token) {
        if (afterStart && !open.isEmpty()) {
            open.push(open.pop() + 1);
            deeper(token);
        }
    }

    private void close() {
        if (!open.isEmpty()) {
            depth -= open.pop();
        }
    }

    private void deeper(Token token) {
        if (++depth > maxDepth) {
            throw wrong(token, "blocks are nested more than " + maxDepth + " levels deep");
        }
    }

    private void parenthesis(Token token) {
        if (++parentheses > MAX_PARENTHESES) {
            throw wrong(token, "parentheses are nested more than " + MAX_PARENTHESES + " levels deep");
        }
    }

    private PromptSyntaxException wrong(Token token, String problem) {
        return wrong(token.getLine(), problem);
    }

    private PromptSyntaxException wrong(int line, String problem) {
        return new PromptSyntaxException(text.where(), line, problem, null);
    }

    /** What the lexer reads, one token after the other. It is stopped within a token that would take it long. */
    private final class Bounded implements CharStream {

        private final CharStream all;
        private @Nullable HbsLexer lexer;
        private int tagChars;
        private int start;
        private int first;
        private int last;
        private int separators;

        Bounded(CharStream all) {
            this.all = all;
        }

        /** The lexer marks where a token begins. It jumps over text and comments, so they count as short. */
        @Override
        public int mark() {
            start = all.index();
            first = all.LA(1);
            last = 0;
            separators = 0;
            return all.mark();
        }

        @Override
        public void consume() {
            int next = all.LA(1);
            boolean separates = next == '/' || (next == '.' && last != '.' && last != '/');
            last = next;
            if (separates && first != '"' && first != '\'' && ++separators >= MAX_PATH_PARTS) {
                throw wrong(line(), "a path has more than " + MAX_PATH_PARTS + " parts");
            }
            all.consume();
            countInTag();
            if (all.index() - start > MAX_TOKEN_CHARS) {
                throw wrong(line(), "a tag has a part of more than " + MAX_TOKEN_CHARS + " characters");
            }
        }

        private void countInTag() {
            HbsLexer reading = lexer;
            if (reading != null && reading._mode != Lexer.DEFAULT_MODE && ++tagChars > MAX_TAG_CHARS) {
                throw new LimitExceededException(
                        text.where() + ", characters within tags of the template", MAX_TAG_CHARS, tagChars);
            }
        }

        private int line() {
            return 1
                    + (int) text.template()
                            .codePoints()
                            .limit(start)
                            .filter(c -> c == '\n')
                            .count();
        }

        @Override
        public int LA(int ahead) {
            return all.LA(ahead);
        }

        @Override
        public void release(int marker) {
            all.release(marker);
        }

        @Override
        public int index() {
            return all.index();
        }

        @Override
        public void seek(int index) {
            all.seek(index);
        }

        @Override
        public int size() {
            return all.size();
        }

        @Override
        public String getSourceName() {
            return all.getSourceName();
        }

        @Override
        public String getText(Interval interval) {
            return all.getText(interval);
        }
    }
}
