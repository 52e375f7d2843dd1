// A motion board for gesturemap: OSC messages in SLIP packets over USB, 100 times a second, and no delay().
//
// Library Manager: "OSC" by Adrian Freed and Yotam Mann (CNMAT).
// With a MPU6050 (GY-521) on the I2C pins: VCC to 3.3 V or 5 V, GND to GND, SCL to SCL (Uno: A5), SDA to SDA (Uno: A4).

#include <OSCBoards.h>
#include <OSCMessage.h>
#include <Wire.h>
#ifdef BOARD_HAS_USB_SERIAL
#include <SLIPEncodedUSBSerial.h>
SLIPEncodedUSBSerial slip(thisBoardsSerialUSB);
#else
#include <SLIPEncodedSerial.h>
SLIPEncodedSerial slip(Serial);
#endif

const long BAUD = 115200;               // the same as `baud` in the project
const unsigned long PERIOD = 10000;     // microseconds from one message to the next: 100 Hz
const int ADDRESS = 0x68;               // 0x69 where AD0 is tied to VCC
const float ACCELERATION = 9.80665 / 8192.0;             // m/s2 per step at +-4 g
const float ROTATION = 3.14159265 / 180.0 / 32.8;        // rad/s per step at +-1000 deg/s

unsigned long next;

void setup() {
  slip.begin(BAUD);
  Wire.begin();
  Wire.setClock(400000);
  set(0x6B, 0x01);                      // wake up, clock from the gyroscope
  set(0x1A, 0x02);                      // its own low-pass filter at 94 Hz: 3 ms
  set(0x1B, 0x10);                      // +-1000 deg/s
  set(0x1C, 0x08);                      // +-4 g
  next = micros();
}

void loop() {
  if ((long)(micros() - next) < 0) return;
  next += PERIOD;
  if ((long)(micros() - next) > 0) next = micros();      // too late for the next one: begin counting anew
  int32_t now = millis();
  float numbers[6];
  if (!measure(numbers)) {
    set(0x6B, 0x01);
    next = micros() + 500000;
    return;
  }
  OSCMessage message("/imu");
  for (int i = 0; i < 6; i++) message.add(numbers[i]);
  message.add(now);
  slip.beginPacket();
  message.send(slip);
  slip.endPacket();
  message.empty();
}

void set(byte reg, byte value) {
  Wire.beginTransmission(ADDRESS);
  Wire.write(reg);
  Wire.write(value);
  Wire.endTransmission();
}

bool measure(float *numbers) {
  Wire.beginTransmission(ADDRESS);
  Wire.write(0x3B);
  if (Wire.endTransmission(false) != 0) return false;
  if (Wire.requestFrom(ADDRESS, 14) != 14) return false;
  int16_t steps[7];                     // acceleration, temperature, rotation; the high byte comes first
  for (int i = 0; i < 7; i++) {
    int high = Wire.read();
    steps[i] = (int16_t)((high << 8) | Wire.read());
  }
  for (int i = 0; i < 3; i++) {
    numbers[i] = steps[i] * ACCELERATION;
    numbers[3 + i] = steps[4 + i] * ROTATION;
  }
  return true;
}
