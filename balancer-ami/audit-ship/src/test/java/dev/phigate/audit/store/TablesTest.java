package dev.phigate.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.AuditLog;
import dev.phigate.audit.AuditLogConfig;
import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Method;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.fact.Protocol;
import dev.phigate.audit.fact.Target;
import dev.phigate.audit.fact.Traffic;
import dev.phigate.audit.fact.Who;
import dev.phigate.audit.form.Field;
import dev.phigate.audit.record.Exchange;
import dev.phigate.audit.ship.FolderStore;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.StoreShipper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table definitions for the clouds' query engines, held against what is shipped, with DuckDB in the engines' place. */
@Tag("A5")
class TablesTest {
    private static final Instant EVENING = Instant.parse("2026-11-21T23:59:58Z");
    private static final Identity NURSE = new Identity(Identity.Kind.LOGIN, "O'Neill, \"nurse\"");
    private static final Pattern COLUMN =
            Pattern.compile("^ {2}(?:`|\\[')(\\w+)(?:` |'\\]: )(\\w+),?$", Pattern.MULTILINE);

    /** Types of the three engines, as DuckDB calls them. */
    private static final Map<String, String> TYPES = Map.of(
            "string", "VARCHAR",
            "STRING", "VARCHAR",
            "bigint", "BIGINT",
            "INT64", "BIGINT",
            "long", "BIGINT",
            "boolean", "BOOLEAN",
            "BOOL", "BOOLEAN",
            "bool", "BOOLEAN",
            "TIMESTAMP", "TIMESTAMP WITH TIME ZONE",
            "datetime", "TIMESTAMP WITH TIME ZONE");

    @TempDir
    Path directory;

    @BeforeEach
    void ship() throws IOException {
        for (String balancer : List.of("balancer-1", "balancer-2")) {
            AuditLogConfig config = AuditLogConfig.of(directory.resolve("audit"), balancer);
            try (AuditLog log = AuditLog.open(config)) {
                for (int second = 0; second < 4; second++) {
                    var _ = log.append(exchange(second));
                }
            }
            try (ObjectStore store = new FolderStore(directory.resolve("store"))) {
                assertThat(new StoreShipper(config.folder(), store).ship().shipped())
                        .isEqualTo(1);
            }
        }
    }

    /** The first two before midnight. */
    private static Exchange exchange(int second) {
        return new Exchange(
                EVENING.plusSeconds(second),
                new Client(new OpaqueId(0, 0xc0), new Name("https"), new Endpoint("192.0.2.17", 40_000)),
                second == 0 ? Who.UNKNOWN : new Who(NURSE, new OpaqueId(0, 0x5e55)),
                new Exchange.Call(new OpaqueId(0, second), Protocol.HTTP_2, Method.GET, null),
                new Target(new Name("fhir"), new Name("ehr"), new Endpoint("10.0.0.4", 18_441), 1),
                new Exchange.Answer(200, Exchange.Outcome.ANSWERED),
                new Traffic(0, 100, 1000, 900));
    }

    /** The columns of a definition with their types, by the names that records use. */
    private static Map<String, String> columns(String definition) throws IOException {
        Map<String, String> keys = Arrays.stream(Field.values())
                .collect(Collectors.toMap(field -> field.key().toLowerCase(java.util.Locale.ROOT), Field::key));
        Path root = Path.of(Objects.requireNonNull(System.getProperty("phigate.root")));
        Map<String, String> columns = new LinkedHashMap<>();
        Matcher column = COLUMN.matcher(Files.readString(root.resolve("balancer-ami/audit-ship/tables/" + definition)));
        while (column.find()) {
            String name = column.group(1);
            String key = definition.equals("athena.sql") ? keys.getOrDefault(name, name) : name;
            columns.put(key, Objects.requireNonNull(TYPES.get(column.group(2)), column.group(2)));
        }
        return columns;
    }

    private List<String> query(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement()) {
            statement.execute("SET autoinstall_known_extensions = false");
            statement.execute("SET TimeZone = 'UTC'");
            try (ResultSet result = statement.executeQuery(sql)) {
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        row.add(String.valueOf(result.getString(i)));
                    }
                    rows.add(String.join(" | ", row));
                }
            }
        }
        return rows;
    }

    private String shipped() {
        return "'" + directory.resolve("store/records") + "/*/*/*.json.gz', hive_partitioning = true";
    }

    private String table(Map<String, String> columns) {
        return "read_json(" + shipped() + ", format = 'newline_delimited', columns = "
                + columns.entrySet().stream()
                        .map(column -> "'" + column.getKey() + "': '" + column.getValue() + "'")
                        .collect(Collectors.joining(", ", "{", "}"))
                + ")";
    }

    @ParameterizedTest
    @ValueSource(strings = {"athena.sql", "bigquery.sql", "data-explorer.kql"})
    void theColumnsAreTheFieldsOfRecords(String definition) throws IOException {
        assertThat(columns(definition).keySet())
                .containsExactly(Arrays.stream(Field.values()).map(Field::key).toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"athena.sql", "bigquery.sql", "data-explorer.kql"})
    void everyRecordIsARowOfItsBalancerAndDay(String definition) throws IOException, SQLException {
        String table = table(columns(definition));
        assertThat(query("SELECT origin, day, count(*) FROM " + table
                        + " WHERE type = 'exchange' GROUP BY ALL ORDER BY ALL"))
                .containsExactly(
                        "balancer-1 | 2026-11-21 | 2",
                        "balancer-1 | 2026-11-22 | 2",
                        "balancer-2 | 2026-11-21 | 2",
                        "balancer-2 | 2026-11-22 | 2");
        assertThat(query("SELECT identity, source, sum(\"bytesOut\"), min(time)::VARCHAR FROM " + table
                        + " WHERE origin = 'balancer-2' AND day = '2026-11-22' AND type = 'exchange' GROUP BY ALL"))
                .singleElement()
                .asString()
                .startsWith("O'Neill, \"nurse\" | 192.0.2.17 | 200 | 2026-11-22")
                .contains("00:00:00");
        assertThat(query("SELECT DISTINCT event FROM " + table + " WHERE type = 'log-lifecycle' ORDER BY ALL"))
                .contains("created");
    }

    @Test
    void whatTheDataSaysOfItselfAgreesWithTheDefinitions() throws IOException, SQLException {
        List<String> found = query("SELECT column_name, column_type FROM (DESCRIBE SELECT * EXCLUDE (origin, day)"
                + " FROM read_json_auto(" + shipped() + ", union_by_name = true))");
        assertThat(found).hasSizeGreaterThan(20);
        Map<String, String> columns = columns("bigquery.sql");
        for (String column : found) {
            String[] nameAndType = column.split(" \\| ", -1);
            // Ids of 32 digits may look like UUIDs to it.
            String type = nameAndType[1].equals("UUID") ? "VARCHAR" : nameAndType[1];
            assertThat(columns).containsEntry(nameAndType[0], type);
        }
    }
}
