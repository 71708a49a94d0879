import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A client of the service after docs/openapi.json, on JDK 17 alone. Amounts are text in yuan and become BigDecimal, never double.
 *
 * <pre>java Client.java http://127.0.0.1:8000 application.json [policy …]</pre>
 */
public final class Client {
    /** What one payee gets of one class of support under one policy, in yuan. The ceiling is no entitlement. */
    public record Total(String policy, String payee, String kind, BigDecimal assured, BigDecimal ceiling, int open) {}

    /** One thing that is wrong with a request. */
    public record Problem(String code, String field, String zh, String en, String found, String expected) {}

    /** A refusal: problem details after RFC 9457. Its code says which; 503 may be tried again. */
    public static final class Refused extends Exception {
        public final int status;
        public final String code;
        public final List<Problem> problems;

        Refused(int status, Map<String, Object> body) {
            super(body.get("code") + " " + body.get("title"));
            this.status = status;
            this.code = text(body, "code");
            this.problems = new ArrayList<>();
            for (Object each : list(body.getOrDefault("problems", List.of()))) {
                Map<String, Object> one = map(each);
                Map<String, Object> meaning = map(one.get("meaning"));
                problems.add(new Problem(text(one, "code"), text(one, "field"), text(meaning, "zh"), text(meaning, "en"),
                        text(one, "found"), text(one, "expected")));
            }
        }
    }

    private final URI service;
    private final String key;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** @param key for the ledger; null where only amounts are computed */
    public Client(String service, String key) {
        this.service = URI.create(service.endsWith("/") ? service : service + "/");
        this.key = key;
    }

    /** The totals of an application, which is JSON as docs/json.md describes it, under these policies or all. */
    public List<Total> assess(String application, List<String> policies) throws IOException, InterruptedException, Refused {
        String names = String.join(",", policies.stream().map(Json::quoted).toList());
        Map<String, Object> answer = post("v1/assess", "{\"application\":" + application + ",\"policies\":[" + names + "]}");
        List<Total> found = new ArrayList<>();
        for (Object each : list(map(answer.get("assessment")).get("totals"))) {
            Map<String, Object> one = map(each);
            found.add(new Total(text(one, "policy"), text(one, "payee"), text(one, "kind"),
                    new BigDecimal(text(one, "assured")), new BigDecimal(text(one, "ceiling")), list(one.get("open")).size()));
        }
        return found;
    }

    /** Any route that takes JSON: the answer as maps, lists and text; numbers as BigDecimal. */
    public Map<String, Object> post(String path, String json) throws IOException, InterruptedException, Refused {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve(path)).timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(json));
        if (key != null) request.header("Authorization", "Bearer " + key);
        HttpResponse<String> reply = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        Map<String, Object> body = map(new Json(reply.body()).read());
        if (reply.statusCode() != 200) throw new Refused(reply.statusCode(), body);
        return body;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    static String text(Map<String, Object> of, String name) {
        Object found = of.get(name);
        return found == null ? "" : found.toString();
    }

    /** Reads JSON that the service wrote. In a program that has a JSON library, use that. */
    static final class Json {
        private final String text;
        private int at;

        Json(String text) {
            this.text = text;
        }

        Object read() {
            switch (peek()) {
                case '{': {
                    Map<String, Object> found = new LinkedHashMap<>();
                    at++;
                    while (peek() != '}') {
                        String name = string();
                        expect(':');
                        found.put(name, read());
                        if (peek() == ',') at++;
                    }
                    at++;
                    return found;
                }
                case '[': {
                    List<Object> found = new ArrayList<>();
                    at++;
                    while (peek() != ']') {
                        found.add(read());
                        if (peek() == ',') at++;
                    }
                    at++;
                    return found;
                }
                case '"':
                    return string();
                default: {
                    int start = at;
                    while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) at++;
                    String word = text.substring(start, at);
                    if (word.equals("null")) return null;
                    return word.equals("true") || word.equals("false") ? (Object) Boolean.valueOf(word) : new BigDecimal(word);
                }
            }
        }

        private char peek() {
            while (" \n\r\t".indexOf(text.charAt(at)) >= 0) at++;
            return text.charAt(at);
        }

        private void expect(char wanted) {
            if (peek() != wanted) throw new IllegalArgumentException("no JSON at " + at);
            at++;
        }

        private String string() {
            expect('"');
            StringBuilder found = new StringBuilder();
            for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
                if (c != '\\') {
                    found.append(c);
                    continue;
                }
                char escaped = text.charAt(at++);
                int plain = "bfnrt".indexOf(escaped);
                if (escaped == 'u') found.append((char) Integer.parseInt(text.substring(at, at += 4), 16));
                else found.append(plain < 0 ? escaped : "\b\f\n\r\t".charAt(plain));
            }
            return found.toString();
        }

        static String quoted(String text) {
            StringBuilder found = new StringBuilder("\"");
            for (char c : text.toCharArray()) {
                if (c < ' ' || c == '"' || c == '\\') found.append(String.format("\\u%04x", (int) c));
                else found.append(c);
            }
            return found.append('"').toString();
        }
    }

    public static void main(String[] arguments) throws Exception {
        Client client = new Client(arguments[0], System.getenv("SUBSIDY_RULES_KEY"));
        String application = Files.readString(Path.of(arguments[1]));
        try {
            for (Total one : client.assess(application, List.of(arguments).subList(2, arguments.length))) {
                System.out.printf("%s %s %s %s %s%n", one.policy(), one.payee(), one.kind(), one.assured(), one.ceiling());
            }
        } catch (Refused refused) {
            System.err.println(refused.getMessage());
            for (Problem one : refused.problems) System.err.println(one.code() + " " + one.field() + ": " + one.en());
            System.exit(1);
        }
    }
}
