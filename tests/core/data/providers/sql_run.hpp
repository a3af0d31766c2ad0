#pragma once
// Runs statements on a database, for tests that make one. Not `session << text`: what that makes in
// SOCI's headers cannot be linked with the sanitizers.
#include <soci/soci.h>

#include <string>
#include <vector>

namespace soci {
extern "C" {
backend_factory const* factory_sqlite3();
backend_factory const* factory_postgresql();
}
}  // namespace soci

namespace optix::test {

inline void run_sql(const soci::backend_factory& factory, const std::string& where,
                    const std::vector<std::string>& statements) {
  soci::session session(factory, where);
  for (const std::string& text : statements) {
    soci::statement statement(session);
    statement.alloc();
    statement.prepare(text, soci::details::st_one_time_query);
    statement.define_and_bind();
    statement.execute(true);
  }
}
// The file `path`, made when it is not there.
inline void in_sqlite(const std::string& path, const std::vector<std::string>& statements) {
  run_sql(*soci::factory_sqlite3(), "dbname=\"" + path + "\" synchronous=off", statements);
}
inline void in_postgres(const std::string& where, const std::vector<std::string>& statements) {
  run_sql(*soci::factory_postgresql(), where, statements);
}

}  // namespace optix::test
