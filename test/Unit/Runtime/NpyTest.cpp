//===- NpyTest.cpp - Tests of the .npy reader and writer ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A file may be damaged in any way: the answer is then a message, or an array
// that is consistent in itself, never a crash.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/Npy.h"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <unistd.h>

using namespace seednorm::runtime;

namespace {

class NpyTest : public testing::Test {
protected:
  void SetUp() override {
    char name[] = "npy-test-XXXXXX";
    int handle = mkstemp(name);
    ASSERT_GE(handle, 0);
    close(handle);
    path = name;
  }
  void TearDown() override { std::remove(path.c_str()); }

  void store(const std::string &content) {
    std::ofstream(path, std::ios::binary) << content;
  }

  std::string getContent() {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

  // A file of version 1.0 with this dictionary and so many bytes of elements.
  void storeHeader(const std::string &dictionary, size_t bytes) {
    std::string content("\x93NUMPY\x01\x00", 8);
    content += char(dictionary.size() & 0xff);
    content += char(dictionary.size() >> 8);
    store(content + dictionary + std::string(bytes, '\0'));
  }

  // The message of a failure, without the name of the file.
  std::string getFailure() {
    Result<NpyArray> array = readNpy(path);
    if (array)
      return "";
    std::string message = array.message();
    size_t at = message.find(path);
    return at == std::string::npos ? message
                                   : message.replace(at, path.size(), "FILE");
  }

  std::string path;
};

TEST_F(NpyTest, RoundTripsEveryType) {
  for (int i = 0; i <= int(NpyType::Bool); ++i) {
    auto type = NpyType(i);
    std::vector<char> data(6 * getByteWidth(type));
    for (size_t k = 0; k < data.size(); ++k)
      data[k] = char(k * 37);
    for (auto shape : {std::vector<int64_t>{6}, {2, 3}, {1, 6, 1}}) {
      ASSERT_TRUE(writeNpy(path, type, shape, data.data()));
      Result<NpyArray> array = readNpy(path);
      ASSERT_TRUE(array) << getName(type) << ": " << array.message();
      EXPECT_EQ(array->type, type);
      EXPECT_EQ(array->shape, shape);
      EXPECT_EQ(array->getNumElements(), 6);
      EXPECT_EQ(std::memcmp(array->bytes.data(), data.data(), data.size()), 0);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(array->bytes.data()) % 64, 0u);
    }
  }
}

TEST_F(NpyTest, RoundTripsScalarsAndEmptyArrays) {
  float one = 1;
  ASSERT_TRUE(writeNpy(path, NpyType::F32, {}, &one));
  Result<NpyArray> scalar = readNpy(path);
  ASSERT_TRUE(scalar) << scalar.message();
  EXPECT_TRUE(scalar->shape.empty());
  EXPECT_EQ(scalar->getNumElements(), 1);
  ASSERT_TRUE(writeNpy(path, NpyType::F32, {0, 4096}, nullptr));
  Result<NpyArray> empty = readNpy(path);
  ASSERT_TRUE(empty) << empty.message();
  EXPECT_EQ(empty->shape, (std::vector<int64_t>{0, 4096}));
}

TEST_F(NpyTest, ElementsStartAligned) {
  for (int64_t n : {1, 10, 100, 100000}) {
    std::vector<float> data(n);
    ASSERT_TRUE(writeNpy(path, NpyType::F32, {n}, data.data()));
    EXPECT_EQ((getContent().size() - 4 * n) % 64, 0u);
  }
}

TEST_F(NpyTest, ReadsWhatNumpyWrites) {
  // Keys in another order, other quotes, blanks, numbers of Python 2.
  storeHeader("{\"shape\" : ( 2L,3 , ),'fortran_order':False, 'descr':'<f2'}\n",
              12);
  Result<NpyArray> array = readNpy(path);
  ASSERT_TRUE(array) << array.message();
  EXPECT_EQ(array->type, NpyType::F16);
  EXPECT_EQ(array->shape, (std::vector<int64_t>{2, 3}));
}

TEST_F(NpyTest, ReadsVersions2And3) {
  std::string text = "{'descr': '<V2', 'fortran_order': False, 'shape': (3,)}";
  for (char version : {2, 3}) {
    std::string content("\x93NUMPY", 6);
    content += {version, 0, char(text.size()), 0, 0, 0};
    store(content + text + "abcdef");
    Result<NpyArray> array = readNpy(path);
    ASSERT_TRUE(array) << array.message();
    EXPECT_EQ(array->type, NpyType::BF16);
  }
}

TEST_F(NpyTest, MissingFileAndFolder) {
  EXPECT_EQ(readNpy("no-such.npy").message(),
            "cannot open 'no-such.npy': No such file or directory");
  EXPECT_EQ(readNpy(".").message(), "expects '.' to be a regular file");
  EXPECT_EQ(writeNpy("no-such/x.npy", NpyType::F32, {0}, nullptr).message(),
            "cannot create 'no-such/x.npy': No such file or directory");
}

TEST_F(NpyTest, FullDiskIsAFailure) {
  std::vector<float> data(1 << 16);
  EXPECT_EQ(
      writeNpy("/dev/full", NpyType::F32, {1 << 16}, data.data()).message(),
      "cannot write '/dev/full': No space left on device");
}

TEST_F(NpyTest, ForeignFiles) {
  store("");
  EXPECT_EQ(getFailure(),
            "expects 'FILE' to be a .npy file, but it doesn't start like one");
  store("PK\x03\x04 is how .npz starts");
  EXPECT_EQ(getFailure(),
            "expects 'FILE' to be a .npy file, but it doesn't start like one");
  store(std::string("\x93NUMPY\x09\x01", 8));
  EXPECT_EQ(getFailure(), "expects version 1.0, 2.0 or 3.0 of the .npy format, "
                          "but 'FILE' has 9.1");
}

TEST_F(NpyTest, ForeignLayouts) {
  auto header = [&](const std::string &descr, const std::string &fortran) {
    storeHeader("{'descr': " + descr + ", 'fortran_order': " + fortran +
                    ", 'shape': (2, 2), }",
                16);
    return getFailure();
  };
  EXPECT_EQ(header("'<f4'", "False"), "");
  EXPECT_EQ(header("'<f4'", "True"),
            "expects row-major elements in 'FILE', but got Fortran order; save "
            "numpy.ascontiguousarray(x)");
  EXPECT_EQ(header("'>f4'", "False"),
            "expects little-endian elements in 'FILE', but got '>f4'; save "
            "x.astype(x.dtype.newbyteorder('<'))");
  EXPECT_EQ(header("'|O'", "False"),
            "expects numbers in 'FILE', but got Python objects");
  EXPECT_EQ(header("[('a', '<f4')]", "False"),
            "expects plain numbers in 'FILE', but got records");
  EXPECT_EQ(
      header("'<c8'", "False"),
      "expects elements of type f1 to f8, V1 (f8E4M3FN), V2 (bf16), i1 to i8, "
      "u1 to u8 or b1 in 'FILE', but got '<c8'");
}

TEST_F(NpyTest, DamagedHeaders) {
  for (const char *shape :
       {"(", "(3)", "3,", "(-3,)", "(1 2)", "(99999999999999999999,)", "(,)"}) {
    storeHeader(std::string("{'descr': '<f4', 'fortran_order': False, "
                            "'shape': ") +
                    shape + ", }",
                12);
    EXPECT_NE(getFailure().find("in the header of 'FILE', but it is damaged"),
              std::string::npos)
        << shape << ": " << getFailure();
  }
}

TEST_F(NpyTest, AbsurdShapesReserveNothing) {
  storeHeader("{'descr': '<f4', 'fortran_order': False, 'shape': "
              "(4294967296, 4294967296), }",
              16);
  EXPECT_EQ(getFailure(),
            "expects a shape that fits in memory in the header of 'FILE'");
  storeHeader("{'descr': '<f4', 'fortran_order': False, 'shape': "
              "(1000000000000,), }",
              16);
  EXPECT_EQ(getFailure(), "expects 4000000000000 bytes of elements in 'FILE', "
                          "but got 16");
  std::string content("\x93NUMPY\x02\x00\xff\xff\xff\xff", 12);
  store(content);
  EXPECT_EQ(getFailure(), "expects a header of at most 1 MiB, but that of "
                          "'FILE' has 4294967295 bytes");
}

TEST_F(NpyTest, EveryTruncationIsAFailure) {
  float data[] = {1, 2, 3};
  ASSERT_TRUE(writeNpy(path, NpyType::F32, {3}, data));
  std::string content = getContent();
  for (size_t size = 0; size < content.size(); ++size) {
    store(content.substr(0, size));
    EXPECT_NE(getFailure(), "") << "cut to " << size << " bytes";
  }
  store(content + "x");
  EXPECT_EQ(getFailure(), "expects 12 bytes of elements in 'FILE', but got 13");
}

TEST_F(NpyTest, FlippedBytesNeverCrash) {
  float data[] = {1, 2, 3, 4};
  ASSERT_TRUE(writeNpy(path, NpyType::F32, {2, 2}, data));
  const std::string content = getContent();
  std::mt19937 random(1);
  for (int round = 0; round < 5000; ++round) {
    std::string damaged = content;
    for (int flips = 1 + round % 3; flips > 0; --flips)
      damaged[random() % 80] = char(random());
    store(damaged);
    if (Result<NpyArray> array = readNpy(path)) {
      int64_t elements = 1;
      for (int64_t size : array->shape)
        elements *= size;
      EXPECT_EQ(elements, array->getNumElements());
    }
  }
}

} // namespace
