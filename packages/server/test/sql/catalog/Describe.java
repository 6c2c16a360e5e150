import java.sql.*;
import java.util.Properties;

/** Connects, lists and describes as tools over JDBC do; prints what it was told. */
class Describe {
  public static void main(String[] args) throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("user", args[1]);
    settings.setProperty("password", System.getenv("PGPASSWORD"));
    try (Connection connection = DriverManager.getConnection(args[0], settings)) {
      DatabaseMetaData data = connection.getMetaData();
      System.out.println(data.getDatabaseProductName() + " " + data.getDatabaseProductVersion());
      print("catalogs", data.getCatalogs(), "TABLE_CAT");
      print("schemas", data.getSchemas(), "TABLE_SCHEM");
      print("types", data.getTableTypes(), "TABLE_TYPE");
      print("tables", data.getTables(null, "public", "%", new String[] {"TABLE"}), "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE", "REMARKS");
      print("columns", data.getColumns(null, "public", "developers", "%"), "COLUMN_NAME", "TYPE_NAME", "DATA_TYPE", "NULLABLE", "REMARKS");
      print("key", data.getPrimaryKeys(null, "public", "developers"), "COLUMN_NAME", "KEY_SEQ", "PK_NAME");
      print("indexes", data.getIndexInfo(null, "public", "developers", false, true), "INDEX_NAME", "COLUMN_NAME");
      print("imported keys", data.getImportedKeys(null, "public", "developers"), "FKCOLUMN_NAME");
      print("functions", data.getFunctions(null, "public", "%"), "FUNCTION_NAME");
      print("procedures", data.getProcedures(null, "public", "%"), "PROCEDURE_NAME");
      print("privileges", data.getTablePrivileges(null, "public", "developers"), "GRANTEE", "PRIVILEGE");
      // As browsers of tables do, with the names that they were told.
      try (Statement statement = connection.createStatement()) {
        print("rows", statement.executeQuery("SELECT * FROM \"public\".\"developers\" LIMIT 200"), "email", "firstName", "status");
      }
      try (PreparedStatement statement = connection.prepareStatement("SELECT \"email\" FROM public.developers WHERE \"firstName\" = ?")) {
        for (int round = 0; round < 7; round++) {
          statement.setString(1, "Ann");
          print("round " + round, statement.executeQuery(), "email");
        }
      }
      connection.setAutoCommit(false);
      print("in a transaction", connection.createStatement().executeQuery("SELECT current_schema() AS schema"), "schema");
      connection.commit();
      try (ResultSet types = data.getTypeInfo()) {
        int count = 0;
        while (types.next()) count++;
        System.out.println("type info: " + (count > 100 ? "more than a hundred" : count));
      }
    }
  }

  private static void print(String title, ResultSet rows, String... columns) throws SQLException {
    System.out.println(title + ":");
    try (rows) {
      while (rows.next()) {
        StringBuilder line = new StringBuilder(" ");
        for (String column : columns) line.append(' ').append(rows.getString(column));
        System.out.println(line);
      }
    }
  }
}
