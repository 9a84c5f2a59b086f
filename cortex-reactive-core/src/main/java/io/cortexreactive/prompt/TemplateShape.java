package io.cortexreactive.prompt;

import com.github.jknack.handlebars.internal.HbsLexer;
import com.github.jknack.handlebars.internal.antlr.CharStreams;
import com.github.jknack.handlebars.internal.antlr.Token;
import io.cortexreactive.error.LimitExceededException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Looks at a template's tokens before the parser does: the parser and what it makes go down the stack with each level,
 * and some of what Handlebars has is not for prompts.
 */
final class TemplateShape {

    private static final int MAX_PARENTHESES = 20;
    /** For what is no template, each takes the lexer tens of microseconds. */
    private static final int MAX_TAGS = 10_000;

    private final PromptText text;
    private final int maxDepth;
    /** The levels that each open block adds: itself, and a branch for each {@code else}. */
    private final Deque<Integer> open = new ArrayDeque<>();

    private int depth;
    private int parentheses;
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
        HbsLexer lexer = new HbsLexer(CharStreams.fromString(text.template()), "{{", "}}");
        lexer.removeErrorListeners(); // The parser reports them.
        TemplateShape shape = new TemplateShape(text, maxDepth);
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
        switch (token.getType()) {
            case HbsLexer.START_BLOCK, HbsLexer.UNLESS -> open(token);
            case HbsLexer.ELSE -> branch(token);
            case HbsLexer.END_BLOCK -> close();
            case HbsLexer.LP -> parenthesis(token);
            case HbsLexer.RP -> parentheses--;
            case HbsLexer.END, HbsLexer.END_T -> parentheses = 0;
            case HbsLexer.START_PARTIAL_BLOCK -> throw wrong(token, "a partial with a block is not supported");
            case HbsLexer.START_DELIM -> throw wrong(token, "other delimiters are not supported");
            case HbsLexer.START_RAW -> throw wrong(token, "raw blocks are not supported");
            case HbsLexer.DECORATOR -> throw wrong(token, "decorators and inline partials are not supported");
            default -> {}
        }
        afterStart = token.getType() == HbsLexer.START;
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
        return new PromptSyntaxException(text.where(), token.getLine(), problem, null);
    }
}
