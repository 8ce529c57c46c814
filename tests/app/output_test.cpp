// What commands write never costs what was there: the program is asked to write over its own inputs, over files of
// other kinds, over links, folders, devices and protected files, and onto a full disk.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>
#include <functional>

#include "app/program.h"
#include "study/small_text.h"

namespace casus::app {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

struct Outputs : ProgramTest {
  void SetUp() override {
    ProgramTest::SetUp();
    write("a.casus", study::small_case);
    ASSERT_EQ(casus("run a.casus --worlds 4 --out s.sqlite").code, 0);
    ASSERT_EQ(casus("unroll a.casus -o a.efg").code, 0);
    ASSERT_EQ(casus("play a.casus --as Hawk --seed 3 --points 7 --transcript a.json", "echo 1 |").code, 1);
  }

  // Refused with these words, and every file of the folder is as it was, with none beside.
  void refused(const std::string& line, const std::string& words) const {
    const auto before = files();
    const auto out = casus(line);
    EXPECT_EQ(out.code, 2) << line << "\n" << out.err;
    EXPECT_THAT(out.err, HasSubstr(words)) << line;
    EXPECT_EQ(files(), before) << line;
  }

  // What is in the folder: names, what links lead to, permissions and contents, in short.
  std::vector<std::string> files() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      const auto name = entry.path().lexically_relative(folder).string();
      if (name == "stdout.txt" || name == "stderr.txt") continue;
      if (entry.is_symlink())
        out.push_back(name + " -> " + fs::read_symlink(entry.path()).string());
      else if (entry.is_regular_file())
        out.push_back(name + " " + std::to_string(static_cast<int>(entry.status().permissions())) + " " +
                      std::to_string(std::hash<std::string>()(read_all(entry.path()))));
      else
        out.push_back(name);
    }
    std::sort(out.begin(), out.end());
    return out;
  }
};

TEST_F(Outputs, NeverReplaceWhatTheCommandReads) {
  write("lift.casus", "param luck = 0.5\n");
  write("worlds.csv", "luck\n0.2\n");
  fs::create_hard_link(folder / "s.sqlite", folder / "hard");
  fs::create_symlink("s.sqlite", folder / "soft");
  const std::string read = "is read by this command and is not written over";
  for (const std::string out : {"s.sqlite", "./s.sqlite", "hard", "soft"}) {
    refused("report s.sqlite -o " + out, read);
    refused("export s.sqlite --netcdf -o " + out, read);
    refused("export s.sqlite --table worlds -o " + out, read);
  }
  refused("export s.sqlite -o s.sqlite", "is no folder");
  fs::copy(folder / "s.sqlite", folder / "bare");
  refused("export bare", "is no folder");
  fs::copy(folder / "s.sqlite", folder / "s.nc");
  refused("export s.nc --netcdf", read);
  fs::copy(folder / "s.sqlite", folder / "s.html");
  refused("report s.html", read);
  refused("unroll a.casus -o a.casus", read);
  refused("unroll a.casus --overlay lift.casus -o lift.casus", read);
  refused("run a.casus --no-store --report a.casus", read);
  refused("run a.casus --out a.casus", read);
  refused("run a.casus --out a.casus --overwrite", read);
  refused("run a.casus --overlay lift.casus --no-store --report lift.casus", read);
  refused("run a.casus --design worlds.csv --no-store --report worlds.csv", read);
  refused("play a.casus --as Hawk --transcript a.casus", read);
  refused("play a.casus --replay a.json --transcript a.json", read);
  refused("run a.casus --out both --report both", "can hold one thing only");
}

TEST_F(Outputs, NeverReplaceAModule) {
  write("part.casus", "module \"a part\"\nparam size = 2\n");
  std::string text = study::small_case;
  text.insert(text.find("horizon"), "use \"part\"\n");
  write("whole.casus", text);
  ASSERT_EQ(casus("unroll whole.casus -o w.efg").code, 0) << read_all(folder / "stderr.txt");
  refused("unroll whole.casus -o part.casus", "is read by this command");
}

TEST_F(Outputs, NeverReplaceAnotherKind) {
  write("notes.txt", "what I thought");
  write("own.html", "<!doctype html><title>my page</title>");
  write("own.csv", "luck\n0.2\n");
  const std::vector<std::pair<std::string, std::string>> there = {{"notes.txt", "something else"},
                                                                  {"own.html", "something else"},
                                                                  {"own.csv", "something else"},
                                                                  {"s.sqlite", "a study"},
                                                                  {"a.efg", "a game tree"},
                                                                  {"a.json", "a transcript of casus play"},
                                                                  {"a.casus", "a case"}};
  write("b.casus", study::small_case);
  ASSERT_EQ(casus("run b.casus --worlds 4 --out t.sqlite").code, 0);
  for (const auto& [file, kind] : there) {
    const std::string holds = "'" + file + "' holds " + kind;
    if (file != "s.sqlite") refused("run b.casus --worlds 4 --overwrite --out " + file, holds);
    refused("run b.casus --worlds 4 --no-store --report " + file, holds);
    refused("report t.sqlite -o " + file, holds);
    refused("export t.sqlite --netcdf -o " + file, holds);
    refused("export t.sqlite --table worlds -o " + file, holds);
    if (file != "a.efg") refused("unroll b.casus -o " + file, holds);
    if (file != "a.json") refused("play b.casus --as Hawk --transcript " + file, holds);
  }
  fs::create_directory(folder / "tables");
  fs::copy(folder / "own.csv", folder / "tables" / "types.csv");
  refused("export t.sqlite -o tables", "'tables/types.csv' holds something else");
}

TEST_F(Outputs, AreWrittenToPlainFilesOnly) {
  write("precious", "");
  fs::create_symlink("precious", folder / "link");
  fs::create_symlink("nothing", folder / "loose");
  fs::create_directory(folder / "dir");
  const std::vector<std::pair<std::string, std::string>> there = {
      {"link", "a link to 'precious'"}, {"loose", "a link to 'nothing'"}, {"dir", "a folder"}};
  for (const auto& [file, kind] : there) {
    const std::string is = "'" + file + "' is " + kind + ", and only plain files are written";
    refused("run a.casus --worlds 4 --out " + file, is);
    refused("run a.casus --worlds 4 --no-store --report " + file, is);
    refused("report s.sqlite -o " + file, is);
    refused("export s.sqlite --netcdf -o " + file, is);
    refused("export s.sqlite --table worlds -o " + file, is);
    refused("unroll a.casus -o " + file, is);
    refused("play a.casus --as Hawk --transcript " + file, is);
  }
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  const int reader = open((folder / "pipe").c_str(), O_RDWR | O_NONBLOCK);  // so that nobody who writes waits
  refused("unroll a.casus -o pipe", "'pipe' is a pipe");
  close(reader);
  // A program with the fault writes there, but removes nothing.
  refused("unroll a.casus -o /dev/null", "'/dev/null' is a device");
  const auto stream = casus("unroll a.casus -o /dev/stdout");
  EXPECT_EQ(stream.code, 2);
  EXPECT_EQ(stream.out, "");
  EXPECT_THAT(stream.err, HasSubstr("without it, it goes to the standard output"));
}

TEST_F(Outputs, LeaveWriteProtectedFilesAlone) {
  ASSERT_EQ(casus("export s.sqlite --netcdf -o s.nc").code, 0);
  ASSERT_EQ(casus("export s.sqlite --table worlds -o s.csv").code, 0);
  fs::copy(folder / "s.sqlite", folder / "t.sqlite");
  write("ugly.casus", "  " + std::string(study::small_case));
  for (const char* file : {"t.sqlite", "s.nc", "s.csv", "a.efg", "a.json", "ugly.casus"})
    fs::permissions(folder / file, fs::perms::owner_read);
  const std::string left = "is write-protected and is left alone";
  refused("run a.casus --worlds 4 --out t.sqlite", left);
  refused("run a.casus --worlds 8 --out t.sqlite --overwrite", left);
  refused("run a.casus --worlds 4 --out t.sqlite --resume", left);
  refused("export s.sqlite --netcdf -o s.nc", left);
  refused("export s.sqlite --table worlds -o s.csv", left);
  refused("unroll a.casus -o a.efg", left);
  refused("play a.casus --as Hawk --transcript a.json", left);
  refused("format --write ugly.casus", left);
}

TEST_F(Outputs, ReplaceTheirOwnKindAndKeepItsPermissions) {
  const auto again = [&](const std::string& line, const std::string& file) {
    ASSERT_EQ(casus(line).code, 0) << line << read_all(folder / "stderr.txt");
    fs::permissions(folder / file, fs::perms::owner_read | fs::perms::owner_write);
    const auto before = read_all(folder / file);
    EXPECT_EQ(casus(line).code, 0) << line << read_all(folder / "stderr.txt");
    EXPECT_EQ(read_all(folder / file).substr(0, 40), before.substr(0, 40));
    EXPECT_EQ(fs::status(folder / file).permissions(), fs::perms::owner_read | fs::perms::owner_write) << line;
  };
  again("unroll a.casus -o b.efg", "b.efg");
  again("export s.sqlite --netcdf -o s.nc", "s.nc");
  again("export s.sqlite --table worlds -o w.csv", "w.csv");
  again("export s.sqlite -o tables", "tables/types.csv");
  again("run a.casus --worlds 4 --out t.sqlite", "t.sqlite");
  again("run a.casus --worlds 4 --out t.sqlite --overwrite", "t.sqlite");
  ASSERT_EQ(casus("play a.casus --as Hawk --seed 3 --points 7 --transcript a.json", "echo 1 |").code, 1);
  write("empty", "");
  EXPECT_EQ(casus("unroll a.casus -o empty").code, 0);
  // What a link leads to is put into the canonical form; the link stays.
  write("ugly.casus", "  " + std::string(study::small_case));
  fs::create_symlink("ugly.casus", folder / "way.casus");
  EXPECT_EQ(casus("format --write way.casus").code, 0);
  EXPECT_TRUE(fs::is_symlink(folder / "way.casus"));
  EXPECT_EQ(casus("format --check ugly.casus").code, 0);
}

TEST_F(Outputs, AFullDiskCostsNothingThatWasThere) {
  ASSERT_EQ(casus("export s.sqlite --netcdf -o s.nc").code, 0);
  ASSERT_EQ(casus("export s.sqlite -o tables").code, 0);
  std::string ugly = study::small_case;
  for (int k = 0; k < 400; ++k) ugly += "# a remark that makes the text longer than there is room for\n";
  write("ugly.casus", "  " + ugly);
  ASSERT_EQ(casus("run a.casus --worlds 400 --out big.sqlite").code, 0);
  const auto before = files();
  // No file may grow beyond 2 kB.
  for (const char* line :
       {"unroll a.casus -o a.efg", "export s.sqlite --netcdf -o s.nc", "export big.sqlite -o tables",
        "export big.sqlite --table types -o tables/types.csv", "format --write ugly.casus",
        "run a.casus --worlds 9 --out s.sqlite --overwrite", "export big.sqlite --table types -o fresh.csv"}) {
    const auto out = casus(line, "ulimit -f 2;");
    EXPECT_EQ(out.code, 1) << line << out.err;
    EXPECT_THAT(out.err, HasSubstr("cannot write '")) << line;
    EXPECT_EQ(files(), before) << line;
  }
}

// SQLite would play such a file into the new study, or remove it.
TEST_F(Outputs, AJournalOfSomethingElseIsNotPlayedIntoAStudy) {
  write("new.sqlite-journal", "my own diary");
  const auto out = casus("run a.casus --worlds 4 --out new.sqlite");
  EXPECT_EQ(out.code, 1);
  EXPECT_THAT(out.err, HasSubstr("'new.sqlite-journal' lies beside it"));
  EXPECT_EQ(read_all(folder / "new.sqlite-journal"), "my own diary");
  EXPECT_FALSE(fs::exists(folder / "new.sqlite"));
}

}  // namespace
}  // namespace casus::app
