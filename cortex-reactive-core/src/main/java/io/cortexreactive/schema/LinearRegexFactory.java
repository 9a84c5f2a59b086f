package io.cortexreactive.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;

/** Patterns meet what models write, so they are matched by RE2 in linear time, never by backtracking. */
final class LinearRegexFactory implements RegularExpressionFactory {

    private static final int MAX_CHARS = 4_096;

    @Override
    public RegularExpression getRegularExpression(String regex) {
        if (regex.length() > MAX_CHARS) {
            throw new UnsupportedPatternException(
                    "a pattern of " + regex.length() + " characters is longer than " + MAX_CHARS, null);
        }
        PatternSize.requireSane(regex);
        Pattern pattern = compile(regex);
        return text -> pattern.matcher(text).find();
    }

    private static Pattern compile(String regex) {
        try {
            return Pattern.compile(translate(regex));
        } catch (PatternSyntaxException e) {
            throw new UnsupportedPatternException(
                    "pattern '" + regex
                            + "' is none that RE2 knows, which has neither look-around nor back-references: "
                            + e.getDescription(),
                    e);
        }
    }

    /** ECMAScript writes a code unit as {@code \}{@code uXXXX}, RE2 as {@code \x{XXXX}}. */
    private static String translate(String regex) {
        StringBuilder translated = new StringBuilder(regex.length());
        for (int i = 0; i < regex.length(); i++) {
            char next = regex.charAt(i);
            if (next != '\\' || i + 1 == regex.length()) {
                translated.append(next);
            } else if (regex.charAt(i + 1) == 'u' && isHex(regex, i + 2)) {
                translated.append("\\x{").append(regex, i + 2, i + 6).append('}');
                i += 5;
            } else {
                translated.append(next).append(regex.charAt(++i));
            }
        }
        return translated.toString();
    }

    private static boolean isHex(String regex, int from) {
        if (from + 4 > regex.length()) {
            return false;
        }
        return regex.substring(from, from + 4).chars().allMatch(digit -> Character.digit(digit, 16) >= 0);
    }
}
