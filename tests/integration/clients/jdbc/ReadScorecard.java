import java.sql.DriverManager;
import java.sql.SQLException;

/**
 * Reads the scorecard as a program with PostgreSQL's JDBC driver does: first a line for each column with its comment, as the metadata that
 * such programs show has them; an empty line; then a line for each row of the answer.
 *
 * <p>LOGIN=… PASSWORD=… java -cp postgresql.jar ReadScorecard.java jdbc:postgresql://server:5432/matlas "select …"
 */
public class ReadScorecard {
    public static void main(String[] arguments) throws SQLException {
        try (var connection = DriverManager.getConnection(arguments[0], System.getenv("LOGIN"), System.getenv("PASSWORD"))) {
            connection.setReadOnly(true);
            try (var columns = connection.getMetaData().getColumns(null, "marts", "scorecard", "%")) {
                while (columns.next()) {
                    System.out.println(columns.getString("COLUMN_NAME") + "\t" + columns.getString("REMARKS"));
                }
            }
            System.out.println();
            try (var statement = connection.prepareStatement(arguments[1]);
                    var rows = statement.executeQuery()) {
                while (rows.next()) {
                    System.out.println(rows.getString(1) + "\t" + rows.getDouble(2));
                }
            }
        }
    }
}
