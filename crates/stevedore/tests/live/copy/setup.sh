# What every case of the table begins with, in the directory that it is run in: the same
# on this side and in the container.
set -e
umask 022
mkdir -p d/sub/deep d/empty exist/d out deep wide/up
echo one >d/a
echo two >d/sub/b
echo three >d/sub/deep/c
: >d/nothing
chmod 4755 d/a
chmod 0555 d/sub/deep
chmod 1777 d/empty
chmod 0 d/nothing
ln -s a d/relative
ln -s /etc/passwd d/absolute
ln -s nowhere d/dangling
ln -s ../a d/sub/upward
echo linked >d/first
ln d/first d/hard
chown 1000:1001 d/sub/b d/empty
chown -h 7:8 d/relative
long=1234567890123456789012345678901234567890123456789012345678901234567890
echo long >"d/sub/$long$long"
echo name >'d/sub/with blank, naïve'
touch -t 200001010000.01 d/sub/b d/empty
touch -h -t 202001020304.05 d/relative
touch -t 201001010000 d/sub d
echo f >f
echo old >exist/file
echo old >exist/d/a
echo old >exist/d/old
echo g >exist/g
chmod 600 exist/g
ln -s "$PWD/d" dl
ln -s "$PWD/f" fl
ln -s f frel
ln -s frel chain
ln -s "$PWD/nowhere" nl
ln -s exist el
ln -s exist/file efl
ln -s loop loop
ln -s "$PWD/d" deep/link
ln -s ../../../elsewhere wide/up/out
mkfifo fifo
